#include "uart_ring.h"
#include "board.h"

/* A power of two; holds four frames of the device protocol, or the longest write of the bootloader's. */
#define RING_BYTES 1024u

static volatile uint8_t ring[RING_BYTES];
/* Free-running; only the interrupt writes `ring_in`, only the reader writes `ring_out`. */
static volatile uint32_t ring_in;
static volatile uint32_t ring_out;
static volatile uint32_t lost;

void uart_ring_put(uint8_t byte)
{
    if (ring_in - ring_out < RING_BYTES) {
        ring[ring_in % RING_BYTES] = byte;
        ring_in++;
    } else {
        lost++;
    }
}

void uart_ring_count_lost(void) { lost++; }

bool uart_ring_has_byte(void) { return ring_in != ring_out; }

size_t board_uart_read(uint8_t *data, size_t capacity)
{
    size_t taken = 0u;
    while (taken < capacity && uart_ring_has_byte()) {
        data[taken++] = ring[ring_out % RING_BYTES];
        ring_out++;
    }
    return taken;
}

uint32_t board_uart_lost(void) { return lost; }
