#ifndef CLOCK_TREE_H
#define CLOCK_TREE_H

#include <stdint.h>

/*
 * Takes the core to BOARD_CLOCK_HZ from whatever it runs at, every wait bounded. Returns the core clock that runs then: that, or the one of
 * the part's own oscillator, with all bus dividers at 1, where something did not come up. A sub-family has this.
 */
uint32_t clock_climb(void);

/* Back to the part's own oscillator. */
void clock_descend(void);

/* Clock of the UART before its divider. */
uint32_t clock_uart_hz(void);

#endif
