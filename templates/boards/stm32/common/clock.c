#include "board.h"
#include "board_config.h"
#include "clock_tree.h"
#include "drivers.h"

static uint32_t core_hz;

void clock_init(void) { core_hz = clock_climb(); }

void clock_shutdown(void) { clock_descend(); }

uint32_t board_clock_hz(void) { return core_hz; }

uint32_t clock_uart_hz(void) { return core_hz == BOARD_CLOCK_HZ ? BOARD_UART_CLOCK_HZ : core_hz; }

bool board_is_emulated(void) { return BOARD_EMULATED != 0u; }
