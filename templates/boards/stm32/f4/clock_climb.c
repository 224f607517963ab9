#include "board_config.h"
#include "clock_tree.h"
#include "registers_f4.h"
#include "wait.h"

/* The internal oscillator, which also runs after a reset. */
#define HSI_HZ 16000000u
/* Not used; the least that the manual allows. */
#define PLLQ 2u
#define PLLR 2u

/* On the internal oscillator with all dividers at 1, PLL off. */
static bool to_internal(void)
{
    RCC_CR |= RCC_CR_HSION;
    if (!wait_for_bits(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY)) return false;
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

/* Voltage scale 1, which the highest frequencies need, is chosen while the PLL is off (RM0390 5.1.3). */
static bool start_pll(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWREN;
    (void)RCC_APB1ENR;
    PWR_CR |= PWR_CR_VOS;
    RCC_PLLCFGR = BOARD_PLL_M | BOARD_PLL_N << RCC_PLLCFGR_PLLN_Pos | BOARD_PLL_DIVIDER_CODE << RCC_PLLCFGR_PLLP_Pos |
                  (BOARD_CLOCK_INTERNAL != 0u ? 0u : RCC_PLLCFGR_PLLSRC) | PLLQ << RCC_PLLCFGR_PLLQ_Pos |
                  PLLR << RCC_PLLCFGR_PLLR_Pos;
    RCC_CR |= RCC_CR_PLLON;
    return wait_for_bits(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY);
}

/* RM0390 5.1.4, "Entering over-drive mode". */
static bool over_drive(void)
{
    if (BOARD_CLOCK_BOOST == 0u) return true;
    PWR_CR |= PWR_CR_ODEN;
    if (!wait_for_bits(&PWR_CSR, PWR_CSR_ODRDY, PWR_CSR_ODRDY)) return false;
    PWR_CR |= PWR_CR_ODSWEN;
    return wait_for_bits(&PWR_CSR, PWR_CSR_ODSWRDY, PWR_CSR_ODSWRDY);
}

/* The new latency has to be read back before the clock rises (RM0090 3.5.1). */
static bool slow_flash(void)
{
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
    return wait_for_bits(&FLASH_ACR, FLASH_ACR_LATENCY, BOARD_FLASH_WAIT_STATES);
}

static bool switch_to_pll(void)
{
    RCC_CFGR = BOARD_AHB_CODE << RCC_CFGR_HPRE_Pos | BOARD_APB1_CODE << RCC_CFGR_PPRE1_Pos |
               BOARD_APB2_CODE << RCC_CFGR_PPRE2_Pos;
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    return wait_for_bits(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_PLL);
}

uint32_t clock_climb(void)
{
    if (!to_internal()) return HSI_HZ;
    if (start_reference() && start_pll() && over_drive() && slow_flash() && switch_to_pll()) return BOARD_CLOCK_HZ;
    (void)to_internal();
    return HSI_HZ;
}

void clock_descend(void) { (void)to_internal(); }
