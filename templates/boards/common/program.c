#include "board.h"
#include "board_config.h"
#include "cortex_m.h"

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
