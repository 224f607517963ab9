/* Counts core clocks with SysTick, on cores without a cycle counter. */

#include "board.h"
#include "board_config.h"
#include "drivers.h"
#include "systick.h"

void counter_init(void) { systick_stop(); }
void board_counter_start(void) { systick_start(); }
uint64_t board_counter_read(void) { return systick_ticks(); }
void board_counter_stop(void) { systick_stop(); }

/* An emulator's SysTick has one rate, whatever the firmware did to the clocks. */
uint32_t board_counter_hz(void) { return BOARD_COUNTER_FIXED_HZ != 0u ? BOARD_COUNTER_FIXED_HZ : board_clock_hz(); }
