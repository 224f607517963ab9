#include "board_config.h"
#include "clock_tree.h"
#include "cortex_m.h"
#include "registers_l4.h"
#include "wait.h"

/* MSI after a reset (RM0351 6.2.3), and the internal 16 MHz oscillator. */
#define RESET_HZ 4000000u
#define HSI_HZ 16000000u
/* 1 us at the highest clock, during which the clock of boost mode has to be halved (RM0432 5.1.8). */
#define BOOST_SETTLE_CLOCKS 120u

static bool to_internal(void)
{
    RCC_CR |= RCC_CR_HSION;
    if (!wait_for_bits(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY)) return false;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW) | RCC_CFGR_SW_HSI;
    if (!wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_HSI)) return false;
    RCC_CFGR = RCC_CFGR_SW_HSI;
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

static bool start_power(void)
{
    RCC_APB1ENR1 |= RCC_APB1ENR1_PWREN;
    (void)RCC_APB1ENR1;
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS) | PWR_CR1_VOS_RANGE1;
    if (!wait_for_bits(&PWR_SR2, PWR_SR2_VOSF, 0u)) return false;
    /* R1MODE cleared is boost. */
    if (BOARD_CLOCK_BOOST != 0u) PWR_CR5 &= ~PWR_CR5_R1MODE;
    /* Supply of port G's pins. */
    if (BOARD_USES_PORT_G != 0u) PWR_CR2 |= PWR_CR2_IOSV;
    return true;
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
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
    return wait_for_bits(&FLASH_ACR, FLASH_ACR_LATENCY, BOARD_FLASH_WAIT_STATES);
}

static bool switch_to_pll(void)
{
    const uint32_t dividers = BOARD_AHB_CODE << RCC_CFGR_HPRE_Pos | BOARD_APB1_CODE << RCC_CFGR_PPRE1_Pos |
                              BOARD_APB2_CODE << RCC_CFGR_PPRE2_Pos;
    RCC_CFGR = (dividers & ~RCC_CFGR_HPRE) | RCC_CFGR_HPRE_DIV2 | RCC_CFGR_SW_HSI;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW) | RCC_CFGR_SW_PLL;
    if (!wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_PLL)) return false;
    cortex_m_spin(BOOST_SETTLE_CLOCKS);
    RCC_CFGR = dividers | RCC_CFGR_SW_PLL;
    return true;
}

uint32_t clock_climb(void)
{
    if (!to_internal()) return RESET_HZ;
    if (start_reference() && start_power() && start_pll() && slow_flash() && switch_to_pll()) return BOARD_CLOCK_HZ;
    return to_internal() ? HSI_HZ : RESET_HZ;
}

void clock_descend(void) { (void)to_internal(); }
