#ifndef REGISTERS_U5_H
#define REGISTERS_U5_H

/* STM32U575/U585 (RM0456), non-secure addresses: TrustZone is off as delivered. */

#include "registers.h"

/* RM0456 11.8: RCC registers. */
#define RCC_CR REG32(0x46020C00u)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLL1ON (1u << 24)
#define RCC_CR_PLL1RDY (1u << 25)
#define RCC_CFGR1 REG32(0x46020C1Cu)
#define RCC_CFGR1_SW (3u << 0)
#define RCC_CFGR1_SW_HSI (1u << 0)
#define RCC_CFGR1_SW_PLL1 (3u << 0)
#define RCC_CFGR1_SWS (3u << 2)
#define RCC_CFGR1_SWS_HSI (1u << 2)
#define RCC_CFGR1_SWS_PLL1 (3u << 2)
#define RCC_CFGR2 REG32(0x46020C20u)
#define RCC_CFGR2_HPRE (15u << 0)
#define RCC_CFGR2_HPRE_Pos 0u
#define RCC_CFGR2_HPRE_DIV2 (8u << 0)
#define RCC_CFGR2_PPRE1_Pos 4u
#define RCC_CFGR2_PPRE2_Pos 8u
#define RCC_PLL1CFGR REG32(0x46020C28u)
#define RCC_PLL1CFGR_PLL1SRC_HSI (2u << 0)
#define RCC_PLL1CFGR_PLL1SRC_HSE (3u << 0)
#define RCC_PLL1CFGR_PLL1RGE_Pos 2u
#define RCC_PLL1CFGR_PLL1M_Pos 8u
#define RCC_PLL1CFGR_PLL1REN (1u << 18)
#define RCC_PLL1DIVR REG32(0x46020C34u)
#define RCC_PLL1DIVR_PLL1P_Pos 9u
#define RCC_PLL1DIVR_PLL1Q_Pos 16u
#define RCC_PLL1DIVR_PLL1R_Pos 24u
#define RCC_AHB3ENR REG32(0x46020C94u)
#define RCC_AHB3ENR_PWREN (1u << 2)

/* RM0456 10.10; range 1 and the EPOD booster: 10.5.4. */
#define PWR_VOSR REG32(0x4602080Cu)
#define PWR_VOSR_BOOSTRDY (1u << 14)
#define PWR_VOSR_VOSRDY (1u << 15)
#define PWR_VOSR_VOS (3u << 16)
#define PWR_VOSR_BOOSTEN (1u << 18)

/* RM0456 7.9.1; wait states: 7.3.3, table 54. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_ACR_LATENCY 0xFu
#define FLASH_ACR_PRFTEN (1u << 8)

/* RM0456 8.7: ICACHE registers. */
#define ICACHE_CR REG32(0x40030400u)
#define ICACHE_CR_EN (1u << 0)
#define ICACHE_SR REG32(0x40030404u)
#define ICACHE_SR_BUSYF (1u << 0)

#endif
