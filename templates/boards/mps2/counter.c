#include "board.h"
#include "board_config.h"
#include "cmsdk.h"
#include "cortex_m.h"
#include "drivers.h"

#define TIMER ((cmsdk_timer *)BOARD_COUNTER_BASE)

/* The timer counts down from this, so that one round is 2^32 ticks. */
#define TIMER_TOP 0xFFFFFFFFu

static volatile uint32_t rounds;

void counter_init(void)
{
    board_counter_stop();
    cortex_m_interrupt_enable(BOARD_COUNTER_IRQ);
}

void board_counter_interrupt(void)
{
    TIMER->interrupt = 1u;
    rounds++;
}

void board_counter_start(void)
{
    board_counter_stop();
    rounds = 0u;
    TIMER->reload = TIMER_TOP;
    TIMER->value = TIMER_TOP;
    TIMER->control = TIMER_CONTROL_ENABLE | TIMER_CONTROL_INTERRUPT;
}

uint64_t board_counter_read(void)
{
    for (;;) {
        const uint32_t before = rounds;
        const uint32_t value = TIMER->value;
        const uint32_t pending = TIMER->interrupt;
        /* A round that ended in between would pair the old count of rounds with the new value. */
        if (pending == 0u && rounds == before) return ((uint64_t)before << 32) + (TIMER_TOP - value);
    }
}

void board_counter_stop(void)
{
    TIMER->control = 0u;
    TIMER->interrupt = 1u;
}

uint32_t board_counter_hz(void) { return BOARD_COUNTER_HZ; }
