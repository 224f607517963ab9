#ifndef REGISTERS_F4_H
#define REGISTERS_F4_H

/* STM32F405 (RM0090) and STM32F446 (RM0390). */

#include "registers.h"

/* RM0090 7.3, RM0390 6.3: RCC registers. */
#define RCC_CR REG32(0x40023800u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_PLLCFGR REG32(0x40023804u)
#define RCC_PLLCFGR_PLLN_Pos 6u
#define RCC_PLLCFGR_PLLP_Pos 16u
#define RCC_PLLCFGR_PLLSRC (1u << 22)
#define RCC_PLLCFGR_PLLQ_Pos 24u
/* The second output, on an F446 only; the reset value of the same bits, which are reserved, on an F405. */
#define RCC_PLLCFGR_PLLR_Pos 28u
#define RCC_CFGR REG32(0x40023808u)
#define RCC_CFGR_SW (3u << 0)
#define RCC_CFGR_SW_PLL (2u << 0)
#define RCC_CFGR_SWS (3u << 2)
#define RCC_CFGR_SWS_PLL (2u << 2)
#define RCC_CFGR_HPRE_Pos 4u
#define RCC_CFGR_PPRE1_Pos 10u
#define RCC_CFGR_PPRE2_Pos 13u
#define RCC_APB1ENR REG32(0x40023840u)
#define RCC_APB1ENR_PWREN (1u << 28)

/* RM0090 5.4 (F405: VOS is one bit), RM0390 5.4 (over-drive: 5.1.4). */
#define PWR_CR REG32(0x40007000u)
#define PWR_CR_VOS (3u << 14)
#define PWR_CR_ODEN (1u << 16)
#define PWR_CR_ODSWEN (1u << 17)
#define PWR_CSR REG32(0x40007004u)
#define PWR_CSR_ODRDY (1u << 16)
#define PWR_CSR_ODSWRDY (1u << 17)

/* RM0090 3.9.1, RM0390 3.8.1; wait states for a frequency: RM0090 table 10, RM0390 table 5. */
#define FLASH_ACR REG32(0x40023C00u)
#define FLASH_ACR_LATENCY 0xFu
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)

#endif
