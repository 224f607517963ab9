#ifndef REGISTERS_G0_H
#define REGISTERS_G0_H

/* STM32G0x1 (RM0444). */

#include "registers.h"

/* RM0444 5.4: RCC registers. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSIDIV (7u << 11)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR REG32(0x40021008u)
#define RCC_CFGR_SW (7u << 0)
#define RCC_CFGR_SW_PLLR (2u << 0)
#define RCC_CFGR_SWS (7u << 3)
#define RCC_CFGR_SWS_PLLR (2u << 3)
#define RCC_CFGR_HPRE_Pos 8u
#define RCC_CFGR_PPRE_Pos 12u
#define RCC_PLLCFGR REG32(0x4002100Cu)
#define RCC_PLLCFGR_PLLSRC_HSI (2u << 0)
#define RCC_PLLCFGR_PLLSRC_HSE (3u << 0)
#define RCC_PLLCFGR_PLLM_Pos 4u
#define RCC_PLLCFGR_PLLN_Pos 8u
#define RCC_PLLCFGR_PLLREN (1u << 28)
#define RCC_PLLCFGR_PLLR_Pos 29u

/* RM0444 3.7.1; wait states: 3.3.4, table 19. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_ACR_LATENCY 7u
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
/* Set after a reset: keeps the debugger's access. */
#define FLASH_ACR_DBG_SWEN (1u << 18)

#endif
