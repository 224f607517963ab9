/* Arm MPS2 and MPS2+ with a Cortex-M soft core: pins, and clocks that the FPGA fixes. */

#include "board.h"
#include "board_config.h"
#include "drivers.h"

/* FPGAIO's LED register stands in for the marker pin. */
#define MARKER_REGISTER (*(volatile uint32_t *)BOARD_MARKER_BASE)

void clock_init(void) {}
void clock_shutdown(void) {}
uint32_t board_clock_hz(void) { return BOARD_CLOCK_HZ; }
bool board_is_emulated(void) { return BOARD_EMULATED != 0u; }

void pins_init(void) { board_marker_set(false); }

void board_marker_set(bool high)
{
    if (high) {
        MARKER_REGISTER |= BOARD_MARKER_MASK;
    } else {
        MARKER_REGISTER &= ~BOARD_MARKER_MASK;
    }
}
