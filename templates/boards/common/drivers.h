#ifndef DRIVERS_H
#define DRIVERS_H

/* What a board family's drivers give to the common parts; applications see board.h only. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Full speed, from whatever state the clocks are in. Every wait is bounded; where a clock does not come up the part runs on from a safe one,
 * and board_clock_hz tells which.
 */
void clock_init(void);
/* What a program finds after a reset, as far as the next one depends on it. */
void clock_shutdown(void);

/* Marker low, pins of UART and I2C connected. */
void pins_init(void);

void uart_init(void);
/* Waits for the last bit first. */
void uart_shutdown(void);

void counter_init(void);

#endif
