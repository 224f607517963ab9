#ifndef UART_RING_H
#define UART_RING_H

/* Received bytes on their way from a UART's interrupt to whoever reads them. */

#include <stdbool.h>
#include <stdint.h>

/* For the interrupt only. */
void uart_ring_put(uint8_t byte);
/* A byte that the hardware lost. For the interrupt only. */
void uart_ring_count_lost(void);

bool uart_ring_has_byte(void);

#endif
