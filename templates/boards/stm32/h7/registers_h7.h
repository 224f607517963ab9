#ifndef REGISTERS_H7_H
#define REGISTERS_H7_H

/* STM32H742/H743/H753 (RM0433). */

#include "registers.h"

/* RM0433 8.7: RCC registers. */
#define RCC_CR REG32(0x58024400u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 2)
#define RCC_CR_HSIDIV (3u << 3)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLL1ON (1u << 24)
#define RCC_CR_PLL1RDY (1u << 25)
#define RCC_CFGR REG32(0x58024410u)
#define RCC_CFGR_SW (7u << 0)
#define RCC_CFGR_SW_PLL1 (3u << 0)
#define RCC_CFGR_SWS (7u << 3)
#define RCC_CFGR_SWS_PLL1 (3u << 3)
#define RCC_D1CFGR REG32(0x58024418u)
#define RCC_D1CFGR_HPRE_Pos 0u
#define RCC_D1CFGR_D1PPRE_Pos 4u
#define RCC_D2CFGR REG32(0x5802441Cu)
#define RCC_D2CFGR_D2PPRE1_Pos 4u
#define RCC_D2CFGR_D2PPRE2_Pos 8u
#define RCC_D3CFGR REG32(0x58024420u)
#define RCC_D3CFGR_D3PPRE_Pos 4u
#define RCC_PLLCKSELR REG32(0x58024428u)
#define RCC_PLLCKSELR_PLLSRC_HSE (2u << 0)
#define RCC_PLLCKSELR_DIVM1_Pos 4u
#define RCC_PLLCFGR REG32(0x5802442Cu)
#define RCC_PLLCFGR_PLL1RGE_Pos 2u
#define RCC_PLLCFGR_DIVP1EN (1u << 16)
#define RCC_PLL1DIVR REG32(0x58024430u)
#define RCC_PLL1DIVR_P1_Pos 9u
#define RCC_PLL1DIVR_Q1_Pos 16u
#define RCC_PLL1DIVR_R1_Pos 24u
#define RCC_APB4ENR REG32(0x580244F4u)
#define RCC_APB4ENR_SYSCFGEN (1u << 1)

/* RM0433 6.8; voltage scaling and VOS0: 6.6.2. */
#define PWR_CSR1 REG32(0x58024804u)
#define PWR_CSR1_ACTVOSRDY (1u << 13)
#define PWR_CR3 REG32(0x5802480Cu)
#define PWR_CR3_BYPASS (1u << 0)
#define PWR_CR3_LDOEN (1u << 1)
#define PWR_CR3_SCUEN (1u << 2)
#define PWR_D3CR REG32(0x58024818u)
#define PWR_D3CR_VOSRDY (1u << 13)
#define PWR_D3CR_VOS (3u << 14)

/* RM0433 12.3: SYSCFG power control register, on revision V. */
#define SYSCFG_PWRCR REG32(0x5800042Cu)
#define SYSCFG_PWRCR_ODEN (1u << 0)

/* RM0433 4.9.1; wait states: table 17. */
#define FLASH_ACR REG32(0x52002000u)
#define FLASH_ACR_LATENCY 0xFu
#define FLASH_ACR_WRHIGHFREQ_Pos 4u

/* RM0433 60.5.8: device and revision. */
#define DBGMCU_IDCODE REG32(0x5C001000u)
#define DBGMCU_IDCODE_REV_ID_Pos 16u

#endif
