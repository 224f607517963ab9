#include "board.h"
#include "cortex_m.h"
#include "drivers.h"
#include "uart_ring.h"

void board_init(void)
{
    clock_init();
    pins_init();
    uart_init();
    counter_init();
    cortex_m_interrupts_on();
}

void board_shutdown(void)
{
    board_marker_set(false);
    board_counter_stop();
    uart_shutdown();
    clock_shutdown();
}

void board_idle(void)
{
    /* Off, so that a byte cannot slip in between the look and the wait; the wait ends on it even so. */
    cortex_m_interrupts_off();
    if (!uart_ring_has_byte()) cortex_m_wait_for_interrupt();
    cortex_m_interrupts_on();
}
