#include "uart.h"
#include "board.h"
#include "board_config.h"
#include "cmsdk.h"
#include "cortex_m.h"

#define UART ((cmsdk_uart *)BOARD_UART_BASE)

/* A power of two; holds four frames of the device protocol, or the longest write of the bootloader's. */
#define RING_BYTES 1024u

static volatile uint8_t ring[RING_BYTES];
/* Free-running; only the interrupt writes `ring_in`, only the reader writes `ring_out`. */
static volatile uint32_t ring_in;
static volatile uint32_t ring_out;
static volatile uint32_t lost;

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

bool uart_byte_waiting(void) { return ring_in != ring_out; }

void board_uart_receive_interrupt(void)
{
    UART->interrupt = UART_INTERRUPT_RX;
    if ((UART->state & UART_STATE_RX_OVERRUN) != 0u) {
        UART->state = UART_STATE_RX_OVERRUN;
        lost++;
    }
    while ((UART->state & UART_STATE_RX_FULL) != 0u) {
        const uint8_t byte = (uint8_t)UART->data;
        if (ring_in - ring_out < RING_BYTES) {
            ring[ring_in % RING_BYTES] = byte;
            ring_in++;
        } else {
            lost++;
        }
    }
}

size_t board_uart_read(uint8_t *data, size_t capacity)
{
    size_t taken = 0u;
    while (taken < capacity && uart_byte_waiting()) {
        data[taken++] = ring[ring_out % RING_BYTES];
        ring_out++;
    }
    return taken;
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
    /*
   * The state tells when the buffer is free, not when the shift register is: leave it the time of one byte (10 bits,
   * each BOARD_UART_BAUD_DIVIDER clocks; an iteration is at least one).
   */
    for (volatile uint32_t wait = 10u * BOARD_UART_BAUD_DIVIDER; wait > 0u; wait--) continue;
}

uint32_t board_uart_lost(void) { return lost; }
