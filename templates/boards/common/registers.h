#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

/* A 32-bit register of a peripheral. */
#define REG32(address) (*(volatile uint32_t *)(address))

#endif
