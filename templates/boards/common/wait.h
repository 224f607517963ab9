#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* Waits until the register's bits in `mask` are `wanted`, for some 50,000 looks; false when they never were. */
bool wait_for_bits(const volatile uint32_t *address, uint32_t mask, uint32_t wanted);

#endif
