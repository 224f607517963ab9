/* Armv7-M reference manual (Arm DDI 0403E) B2.2.7 "Cache maintenance operations", B3.2.8 CCR, B4.8 "Cache and branch predictor"; Cortex-M7 TRM. */

#include "caches.h"
#include "cortex_m.h"
#include "registers.h"

#define SCB_CCR REG32(0xE000ED14u)
#define SCB_CCR_DC (1u << 16)
#define SCB_CCR_IC (1u << 17)
#define SCB_CCSIDR REG32(0xE000ED80u)
#define SCB_CCSIDR_WAYS_Pos 3u
#define SCB_CCSIDR_WAYS 0x3FFu
#define SCB_CCSIDR_SETS_Pos 13u
#define SCB_CCSIDR_SETS 0x7FFFu
#define SCB_CSSELR REG32(0xE000ED84u)
#define SCB_ICIALLU REG32(0xE000EF50u)
#define SCB_DCISW REG32(0xE000EF60u)
/* A Cortex-M7's data cache has lines of 32 bytes and four ways. */
#define DCISW_SET_Pos 5u
#define DCISW_WAY_Pos 30u

static void forget_data(void)
{
    /* Level 1, data. */
    SCB_CSSELR = 0u;
    cortex_m_barrier();
    const uint32_t size = SCB_CCSIDR;
    const uint32_t last_set = size >> SCB_CCSIDR_SETS_Pos & SCB_CCSIDR_SETS;
    const uint32_t last_way = size >> SCB_CCSIDR_WAYS_Pos & SCB_CCSIDR_WAYS;
    for (uint32_t set = 0u; set <= last_set; set++) {
        for (uint32_t way = 0u; way <= last_way; way++) SCB_DCISW = set << DCISW_SET_Pos | way << DCISW_WAY_Pos;
    }
    cortex_m_barrier();
}

void caches_enable(void)
{
    if ((SCB_CCR & SCB_CCR_IC) == 0u) {
        cortex_m_barrier();
        SCB_ICIALLU = 0u;
        cortex_m_barrier();
        SCB_CCR |= SCB_CCR_IC;
        cortex_m_barrier();
    }
    if ((SCB_CCR & SCB_CCR_DC) == 0u) {
        forget_data();
        SCB_CCR |= SCB_CCR_DC;
        cortex_m_barrier();
    }
}
