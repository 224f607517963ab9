#include "wait.h"

/* A look takes six core clocks or more: 18 ms at 16 MHz. Crystals take 2 to 5 ms, PLLs and regulators far less. */
#define LOOKS 50000u

bool wait_for_bits(const volatile uint32_t *address, uint32_t mask, uint32_t wanted)
{
    for (uint32_t look = 0u; look < LOOKS; look++) {
        if ((*address & mask) == wanted) return true;
    }
    return false;
}
