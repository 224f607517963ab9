#ifndef REGISTERS_L4_H
#define REGISTERS_L4_H

/* STM32L47x/L48x (RM0351) and STM32L4Rx/L4Sx (RM0432). */

#include "registers.h"

/* RM0351 6.4, RM0432 6.4: RCC registers. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR REG32(0x40021008u)
#define RCC_CFGR_SW (3u << 0)
#define RCC_CFGR_SW_HSI (1u << 0)
#define RCC_CFGR_SW_PLL (3u << 0)
#define RCC_CFGR_SWS (3u << 2)
#define RCC_CFGR_SWS_HSI (1u << 2)
#define RCC_CFGR_SWS_PLL (3u << 2)
#define RCC_CFGR_HPRE (15u << 4)
#define RCC_CFGR_HPRE_Pos 4u
#define RCC_CFGR_HPRE_DIV2 (8u << 4)
#define RCC_CFGR_PPRE1_Pos 8u
#define RCC_CFGR_PPRE2_Pos 11u
#define RCC_PLLCFGR REG32(0x4002100Cu)
#define RCC_PLLCFGR_PLLSRC_HSI (2u << 0)
#define RCC_PLLCFGR_PLLSRC_HSE (3u << 0)
#define RCC_PLLCFGR_PLLM_Pos 4u
#define RCC_PLLCFGR_PLLN_Pos 8u
#define RCC_PLLCFGR_PLLREN (1u << 24)
#define RCC_PLLCFGR_PLLR_Pos 25u
#define RCC_APB1ENR1 REG32(0x40021058u)
#define RCC_APB1ENR1_PWREN (1u << 28)

/* RM0351 5.4, RM0432 5.4 (CR5 and boost mode on an L4+ only: RM0432 5.1.8). */
#define PWR_CR1 REG32(0x40007000u)
#define PWR_CR1_VOS (3u << 9)
#define PWR_CR1_VOS_RANGE1 (1u << 9)
#define PWR_CR2 REG32(0x40007004u)
#define PWR_CR2_IOSV (1u << 9)
#define PWR_SR2 REG32(0x40007014u)
#define PWR_SR2_VOSF (1u << 10)
#define PWR_CR5 REG32(0x40007080u)
#define PWR_CR5_R1MODE (1u << 8)

/* RM0351 3.7.1 and table 10, RM0432 3.7.1 and table 12. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_ACR_LATENCY 0xFu
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)

#endif
