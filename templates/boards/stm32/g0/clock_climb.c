#include "board_config.h"
#include "clock_tree.h"
#include "registers_g0.h"
#include "wait.h"

/* The internal oscillator, which also runs after a reset. */
#define HSI_HZ 16000000u

static bool to_internal(void)
{
    RCC_CR |= RCC_CR_HSION;
    if (!wait_for_bits(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY)) return false;
    RCC_CR &= ~RCC_CR_HSIDIV;
    RCC_CFGR &= ~RCC_CFGR_SW;
    if (!wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, 0u)) return false;
    RCC_CFGR = 0u;
    RCC_CR &= ~RCC_CR_PLLON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLLRDY, 0u);
}

static bool start_reference(void)
{
    if (BOARD_CLOCK_INTERNAL != 0u) return true;
    RCC_CR &= ~RCC_CR_HSEON;
    if (BOARD_CLOCK_BYPASS != 0u) {
        RCC_CR |= RCC_CR_HSEBYP;
    } else {
        RCC_CR &= ~RCC_CR_HSEBYP;
    }
    RCC_CR |= RCC_CR_HSEON;
    return wait_for_bits(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY);
}

static bool start_pll(void)
{
    RCC_PLLCFGR = (BOARD_CLOCK_INTERNAL != 0u ? RCC_PLLCFGR_PLLSRC_HSI : RCC_PLLCFGR_PLLSRC_HSE) |
                  (BOARD_PLL_M - 1u) << RCC_PLLCFGR_PLLM_Pos | BOARD_PLL_N << RCC_PLLCFGR_PLLN_Pos |
                  BOARD_PLL_DIVIDER_CODE << RCC_PLLCFGR_PLLR_Pos | RCC_PLLCFGR_PLLREN;
    RCC_CR |= RCC_CR_PLLON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
}

static bool slow_flash(void)
{
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DBG_SWEN;
    return wait_for_bits(&FLASH_ACR, FLASH_ACR_LATENCY, BOARD_FLASH_WAIT_STATES);
}

static bool switch_to_pll(void)
{
    RCC_CFGR = BOARD_AHB_CODE << RCC_CFGR_HPRE_Pos | BOARD_APB1_CODE << RCC_CFGR_PPRE_Pos;
    RCC_CFGR |= RCC_CFGR_SW_PLLR;
    return wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_PLLR);
}

/* Voltage range 1, which 64 MHz need, is that of a reset (RM0444 4.4.1). */
uint32_t clock_climb(void)
{
    if (!to_internal()) return HSI_HZ;
    if (start_reference() && start_pll() && slow_flash() && switch_to_pll()) return BOARD_CLOCK_HZ;
    (void)to_internal();
    return HSI_HZ;
}

void clock_descend(void) { (void)to_internal(); }
