#include "systick.h"
#include "board.h"
#include "cortex_m.h"

static volatile uint32_t rounds;

void board_tick_interrupt(void) { rounds++; }

static void start_rounds_of(uint32_t ticks)
{
    systick_stop();
    CORTEX_M_SYSTICK->reload = ticks - 1u;
    CORTEX_M_SYSTICK->value = 0u;
    rounds = 0u;
    CORTEX_M_SYSTICK->control = SYSTICK_CORE_CLOCK | SYSTICK_INTERRUPT | SYSTICK_ENABLE;
}

void systick_start(void) { start_rounds_of(SYSTICK_LONGEST + 1u); }

void systick_stop(void)
{
    CORTEX_M_SYSTICK->control = 0u;
    SCB_ICSR = SCB_ICSR_CLEAR_TICK;
}

/* A round goes from 0 over the reload value down to 0 again, and the exception comes as 0 is reached: at 0 nothing of it has passed. */
uint64_t systick_ticks(void)
{
    for (;;) {
        const uint32_t before = rounds;
        const uint32_t value = CORTEX_M_SYSTICK->value;
        /* A round that ended in between would pair the old count of rounds with the new value. */
        if ((SCB_ICSR & SCB_ICSR_TICK_PENDING) == 0u && rounds == before) {
            return ((uint64_t)before << 24) + ((0u - value) & SYSTICK_LONGEST);
        }
    }
}

static void sleep_ticks(uint32_t ticks)
{
    start_rounds_of(ticks);
    for (;;) {
        /* Off, so that the tick cannot slip in between the look and the wait. */
        cortex_m_interrupts_off();
        if (rounds != 0u) break;
        cortex_m_wait_for_interrupt();
        cortex_m_interrupts_on();
    }
    systick_stop();
    cortex_m_interrupts_on();
}

void board_sleep_ms(uint32_t milliseconds)
{
    uint64_t left = (uint64_t)milliseconds * (board_clock_hz() / 1000u);
    while (left > 1u) {
        const uint32_t ticks = left > SYSTICK_LONGEST ? SYSTICK_LONGEST : (uint32_t)left;
        sleep_ticks(ticks);
        left -= ticks;
    }
}
