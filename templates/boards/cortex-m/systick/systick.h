#ifndef SYSTICK_H
#define SYSTICK_H

#include <stdint.h>

/*
 * SysTick as a 64-bit count of core clocks: 24 bits in the counter, the rest by its interrupt. One user at a time: the counter while
 * something is measured, else the sleep.
 */
void systick_start(void);
/* Needs interrupts on. */
uint64_t systick_ticks(void);
void systick_stop(void);

#endif
