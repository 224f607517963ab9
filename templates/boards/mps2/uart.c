#include "board.h"
#include "board_config.h"
#include "cmsdk.h"
#include "cortex_m.h"
#include "drivers.h"
#include "uart_ring.h"

#define UART ((cmsdk_uart *)BOARD_UART_BASE)

void uart_init(void)
{
    UART->baud_divider = BOARD_UART_BAUD_DIVIDER;
    UART->control = UART_CONTROL_TX_ENABLE | UART_CONTROL_RX_ENABLE | UART_CONTROL_RX_INTERRUPT;
    /*
     * Drops what was left of before. QEMU needs the reading: it asks whether the receiver is on when its main loop is
     * about to sleep, and only a reading of the data wakes it up to ask again.
     */
    (void)UART->data;
    cortex_m_interrupt_enable(BOARD_UART_IRQ);
}

void uart_shutdown(void)
{
    board_uart_drain();
    UART->control = 0u;
    UART->interrupt = UART_INTERRUPT_RX;
}

void board_uart_receive_interrupt(void)
{
    UART->interrupt = UART_INTERRUPT_RX;
    if ((UART->state & UART_STATE_RX_OVERRUN) != 0u) {
        UART->state = UART_STATE_RX_OVERRUN;
        uart_ring_count_lost();
    }
    while ((UART->state & UART_STATE_RX_FULL) != 0u) uart_ring_put((uint8_t)UART->data);
}

void board_uart_write(const uint8_t *data, size_t length)
{
    for (size_t i = 0u; i < length; i++) {
        while ((UART->state & UART_STATE_TX_FULL) != 0u) continue;
        UART->data = data[i];
    }
}

void board_uart_drain(void)
{
    while ((UART->state & UART_STATE_TX_FULL) != 0u) continue;
    /* The state tells when the buffer is free, not when the shift register is: leave it the time of one byte of 10 bits. */
    cortex_m_spin(10u * BOARD_UART_BAUD_DIVIDER);
}
