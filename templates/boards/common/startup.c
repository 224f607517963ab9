#include "board.h"
#include "cortex_m.h"
#include "memory_map.h"

/* Stack words that were never written still hold this. */
#define STACK_PAINT 0x5AC3C35Au

/*
 * Inline and free of calls: painting runs below the stack pointer that it is called with. volatile keeps the compiler
 * from turning the loops into calls of memset and memcpy, which would put their frames into the paint.
 */
static inline void paint_stack(void)
{
    volatile uint32_t *word = board_stack_limit;
    const uintptr_t end = cortex_m_stack_pointer();
    while ((uintptr_t)word < end) *word++ = STACK_PAINT;
}

static inline void initialise_data(void)
{
    const uint32_t *source = board_data_load;
    volatile uint32_t *word = board_data_start;
    while (word < board_data_end) *word++ = *source++;
    for (word = board_bss_start; word < board_bss_end; word++) *word = 0u;
}

void board_reset_handler(void)
{
    cortex_m_interrupts_off();
    SCB_VTOR = (uint32_t)(uintptr_t)board_vector_table;
    cortex_m_barrier();
    paint_stack();
    initialise_data();
    board_init();
    (void)main();
    board_reset();
}

/* A reset gives the bootloader its entry window, so that a program that faults at once can still be replaced. */
void board_fault_handler(void) { board_reset(); }

uint32_t board_stack_reserved(void) { return (uint32_t)((uintptr_t)board_stack_top - (uintptr_t)board_stack_limit); }

uint32_t board_stack_used(void)
{
    const volatile uint32_t *word = board_stack_limit;
    while (word < board_stack_top && *word == STACK_PAINT) word++;
    return (uint32_t)((uintptr_t)board_stack_top - (uintptr_t)word);
}
