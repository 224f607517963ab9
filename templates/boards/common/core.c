#include "board.h"
#include "board_config.h"
#include "cortex_m.h"

static volatile bool tick_passed;

void board_tick_interrupt(void) { tick_passed = true; }

static void sleep_ticks(uint32_t ticks)
{
    tick_passed = false;
    CORTEX_M_SYSTICK->reload = ticks - 1u;
    CORTEX_M_SYSTICK->value = 0u;
    CORTEX_M_SYSTICK->control = SYSTICK_CORE_CLOCK | SYSTICK_INTERRUPT | SYSTICK_ENABLE;
    for (;;) {
        /* Off, so that the tick cannot slip in between the look and the wait. */
        cortex_m_interrupts_off();
        if (tick_passed) break;
        cortex_m_wait_for_interrupt();
        cortex_m_interrupts_on();
    }
    CORTEX_M_SYSTICK->control = 0u;
    cortex_m_interrupts_on();
}

void board_sleep_ms(uint32_t milliseconds)
{
    uint64_t left = (uint64_t)milliseconds * (BOARD_CLOCK_HZ / 1000u);
    while (left > 1u) {
        const uint32_t ticks = left > SYSTICK_LONGEST ? SYSTICK_LONGEST : (uint32_t)left;
        sleep_ticks(ticks);
        left -= ticks;
    }
}

void board_reset(void)
{
    cortex_m_barrier();
    SCB_AIRCR = SCB_AIRCR_RESET;
    cortex_m_barrier();
    for (;;) cortex_m_wait_for_interrupt();
}

void board_start_program(uintptr_t vector_table)
{
    const uint32_t *table = (const uint32_t *)vector_table;
    board_shutdown();
    cortex_m_interrupts_off();
    CORTEX_M_SYSTICK->control = 0u;
    SCB_ICSR = SCB_ICSR_CLEAR_TICK;
    for (uint32_t word = 0u; word < NVIC_WORDS; word++) {
        NVIC_CLEAR_ENABLE[word] = 0xFFFFFFFFu;
        NVIC_CLEAR_PENDING[word] = 0xFFFFFFFFu;
    }
    SCB_VTOR = (uint32_t)vector_table;
    cortex_m_barrier();
    /* One block: after the stack pointer has changed, nothing of this function's frame may be used. */
    __asm volatile("msr msp, %0\n cpsie i\n bx %1" ::"r"(table[0]), "r"(table[1]) : "memory");
    __builtin_unreachable();
}
