/* Arm MPS2 and MPS2+ with a Cortex-M soft core: everything that neither the UART nor the counter is. */

#include "board.h"
#include "board_config.h"
#include "cortex_m.h"
#include "counter.h"
#include "uart.h"

/* FPGAIO's LED register stands in for the marker pin. */
#define MARKER_REGISTER (*(volatile uint32_t *)BOARD_MARKER_BASE)

void board_init(void)
{
    board_marker_set(false);
    uart_init();
    counter_init();
    cortex_m_interrupts_on();
}

void board_shutdown(void)
{
    board_marker_set(false);
    board_counter_stop();
    uart_shutdown();
}

void board_marker_set(bool high)
{
    if (high) {
        MARKER_REGISTER |= BOARD_MARKER_MASK;
    } else {
        MARKER_REGISTER &= ~BOARD_MARKER_MASK;
    }
}

void board_idle(void)
{
    /* Off, so that a byte cannot slip in between the look and the wait; the wait ends on it even so. */
    cortex_m_interrupts_off();
    if (!uart_byte_waiting()) cortex_m_wait_for_interrupt();
    cortex_m_interrupts_on();
}
