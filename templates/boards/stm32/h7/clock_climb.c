#include "board_config.h"
#include "caches.h"
#include "clock_tree.h"
#include "registers_h7.h"
#include "wait.h"

/* The internal oscillator, which also runs after a reset. */
#define HSI_HZ 64000000u
/* Revision V, the first that has voltage scale 0 (RM0433 60.5.8). */
#define REVISION_V 0x2003u
/* Programming delay for an AXI clock above 185 MHz (RM0433 table 17). */
#define WRHIGHFREQ 2u

static bool to_internal(void)
{
    RCC_CR |= RCC_CR_HSION;
    if (!wait_for_bits(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY)) return false;
    RCC_CR &= ~RCC_CR_HSIDIV;
    RCC_CFGR &= ~RCC_CFGR_SW;
    if (!wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, 0u)) return false;
    RCC_D1CFGR = 0u;
    RCC_D2CFGR = 0u;
    RCC_D3CFGR = 0u;
    RCC_CR &= ~RCC_CR_PLL1ON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLL1RDY, 0u);
}

/* The core is supplied by the regulator on the chip; scale 1 first, from which alone scale 0 can be reached. */
static bool start_power(void)
{
    PWR_CR3 = (PWR_CR3 & ~(PWR_CR3_BYPASS | PWR_CR3_SCUEN)) | PWR_CR3_LDOEN;
    if (!wait_for_bits(&PWR_CSR1, PWR_CSR1_ACTVOSRDY, PWR_CSR1_ACTVOSRDY)) return false;
    PWR_D3CR |= PWR_D3CR_VOS;
    if (!wait_for_bits(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY)) return false;
    if (BOARD_CLOCK_BOOST == 0u) return true;
    if (DBGMCU_IDCODE >> DBGMCU_IDCODE_REV_ID_Pos < REVISION_V) return false;
    RCC_APB4ENR |= RCC_APB4ENR_SYSCFGEN;
    (void)RCC_APB4ENR;
    SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;
    return wait_for_bits(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY);
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
    const uint32_t divider = BOARD_PLL_DIVIDER - 1u;
    RCC_PLLCKSELR = (BOARD_CLOCK_INTERNAL != 0u ? 0u : RCC_PLLCKSELR_PLLSRC_HSE) | BOARD_PLL_M << RCC_PLLCKSELR_DIVM1_Pos;
    RCC_PLLCFGR = BOARD_PLL_RANGE_CODE << RCC_PLLCFGR_PLL1RGE_Pos | RCC_PLLCFGR_DIVP1EN;
    RCC_PLL1DIVR = (BOARD_PLL_N - 1u) | divider << RCC_PLL1DIVR_P1_Pos | divider << RCC_PLL1DIVR_Q1_Pos |
                   divider << RCC_PLL1DIVR_R1_Pos;
    RCC_CR |= RCC_CR_PLL1ON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY);
}

static bool slow_flash(void)
{
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | WRHIGHFREQ << FLASH_ACR_WRHIGHFREQ_Pos;
    return wait_for_bits(&FLASH_ACR, FLASH_ACR_LATENCY, BOARD_FLASH_WAIT_STATES);
}

static bool switch_to_pll(void)
{
    RCC_D1CFGR = BOARD_AHB_CODE << RCC_D1CFGR_HPRE_Pos | BOARD_APB1_CODE << RCC_D1CFGR_D1PPRE_Pos;
    RCC_D2CFGR = BOARD_APB1_CODE << RCC_D2CFGR_D2PPRE1_Pos | BOARD_APB2_CODE << RCC_D2CFGR_D2PPRE2_Pos;
    RCC_D3CFGR = BOARD_APB1_CODE << RCC_D3CFGR_D3PPRE_Pos;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW) | RCC_CFGR_SW_PLL1;
    return wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_PLL1);
}

uint32_t clock_climb(void)
{
    caches_enable();
    if (!to_internal()) return HSI_HZ;
    if (start_power() && start_reference() && start_pll() && slow_flash() && switch_to_pll()) return BOARD_CLOCK_HZ;
    (void)to_internal();
    return HSI_HZ;
}

void clock_descend(void) { (void)to_internal(); }
