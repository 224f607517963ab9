/* Counts core clocks with CYCCNT of the data watchpoint and trace unit, which needs no interrupt. */

#include "board.h"
#include "cortex_m.h"
#include "drivers.h"
#include "systick.h"

void counter_init(void)
{
    /* Armv7-M reference manual (Arm DDI 0403E) C1.6.5 DEMCR, C1.8.7 DWT_CTRL; the lock of the Cortex-M7's DWT: Arm DDI 0489, "DWT". */
    DEMCR |= DEMCR_TRACE_ENABLE;
    DWT_LOCK_ACCESS = DWT_UNLOCK;
    DWT_CONTROL |= DWT_CONTROL_CYCLE_COUNT;
    systick_stop();
}

void board_counter_start(void)
{
    systick_start();
    DWT_CYCLE_COUNT = 0u;
}

/*
 * CYCCNT has 32 bits, some seconds. SysTick, started with it and counting the same clock, tells which of its rounds this is: the
 * 64-bit number nearest to SysTick's that ends in CYCCNT's bits.
 */
uint64_t board_counter_read(void)
{
    const uint64_t near = systick_ticks();
    const uint32_t cycles = DWT_CYCLE_COUNT;
    return near + (uint64_t)(int64_t)(int32_t)(cycles - (uint32_t)near);
}

void board_counter_stop(void) { systick_stop(); }

uint32_t board_counter_hz(void) { return board_clock_hz(); }
