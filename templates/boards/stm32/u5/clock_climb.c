#include "board_config.h"
#include "clock_tree.h"
#include "cortex_m.h"
#include "registers_u5.h"
#include "wait.h"

/* MSIS after a reset (RM0456 11.4.2), and the internal 16 MHz oscillator. */
#define RESET_HZ 4000000u
#define HSI_HZ 16000000u
/* Above 80 MHz the clock is raised in two steps, some microseconds apart. */
#define SETTLE_CLOCKS 400u

static bool to_internal(void)
{
    RCC_CR |= RCC_CR_HSION;
    if (!wait_for_bits(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY)) return false;
    RCC_CFGR1 = (RCC_CFGR1 & ~RCC_CFGR1_SW) | RCC_CFGR1_SW_HSI;
    if (!wait_for_bits(&RCC_CFGR1, RCC_CFGR1_SWS, RCC_CFGR1_SWS_HSI)) return false;
    RCC_CFGR2 = 0u;
    RCC_CR &= ~RCC_CR_PLL1ON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLL1RDY, 0u);
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

/* The booster takes its clock from the PLL's source, so that is chosen first; its divider (PLL1MBOOST) stays 1 for up to 16 MHz. */
static bool start_power(void)
{
    RCC_AHB3ENR |= RCC_AHB3ENR_PWREN;
    (void)RCC_AHB3ENR;
    PWR_VOSR |= PWR_VOSR_VOS;
    if (!wait_for_bits(&PWR_VOSR, PWR_VOSR_VOSRDY, PWR_VOSR_VOSRDY)) return false;
    RCC_PLL1CFGR = (BOARD_CLOCK_INTERNAL != 0u ? RCC_PLL1CFGR_PLL1SRC_HSI : RCC_PLL1CFGR_PLL1SRC_HSE) |
                   BOARD_PLL_RANGE_CODE << RCC_PLL1CFGR_PLL1RGE_Pos | (BOARD_PLL_M - 1u) << RCC_PLL1CFGR_PLL1M_Pos |
                   RCC_PLL1CFGR_PLL1REN;
    if (BOARD_CLOCK_BOOST == 0u) return true;
    PWR_VOSR |= PWR_VOSR_BOOSTEN;
    return wait_for_bits(&PWR_VOSR, PWR_VOSR_BOOSTRDY, PWR_VOSR_BOOSTRDY);
}

static bool start_pll(void)
{
    RCC_PLL1DIVR = (BOARD_PLL_N - 1u) | 1u << RCC_PLL1DIVR_PLL1P_Pos | 1u << RCC_PLL1DIVR_PLL1Q_Pos |
                   (BOARD_PLL_DIVIDER - 1u) << RCC_PLL1DIVR_PLL1R_Pos;
    RCC_CR |= RCC_CR_PLL1ON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY);
}

static bool slow_flash(void)
{
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN;
    return wait_for_bits(&FLASH_ACR, FLASH_ACR_LATENCY, BOARD_FLASH_WAIT_STATES);
}

static bool switch_to_pll(void)
{
    const uint32_t dividers = BOARD_AHB_CODE << RCC_CFGR2_HPRE_Pos | BOARD_APB1_CODE << RCC_CFGR2_PPRE1_Pos |
                              BOARD_APB2_CODE << RCC_CFGR2_PPRE2_Pos;
    RCC_CFGR2 = (dividers & ~RCC_CFGR2_HPRE) | RCC_CFGR2_HPRE_DIV2;
    RCC_CFGR1 = (RCC_CFGR1 & ~RCC_CFGR1_SW) | RCC_CFGR1_SW_PLL1;
    if (!wait_for_bits(&RCC_CFGR1, RCC_CFGR1_SWS, RCC_CFGR1_SWS_PLL1)) return false;
    cortex_m_spin(SETTLE_CLOCKS);
    RCC_CFGR2 = dividers;
    return true;
}

/* Emptied by the reset; may be enabled when it is not busy with that (RM0456 8.4.2). */
static void cache_instructions(void)
{
    if (wait_for_bits(&ICACHE_SR, ICACHE_SR_BUSYF, 0u)) ICACHE_CR |= ICACHE_CR_EN;
}

uint32_t clock_climb(void)
{
    cache_instructions();
    if (!to_internal()) return RESET_HZ;
    if (start_reference() && start_power() && start_pll() && slow_flash() && switch_to_pll()) return BOARD_CLOCK_HZ;
    return to_internal() ? HSI_HZ : RESET_HZ;
}

void clock_descend(void) { (void)to_internal(); }
