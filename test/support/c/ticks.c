/*
 * A litesnn_trace_fn that records the time of each layer and the head: one word of timer ticks each, at the end of it.
 * CMSDK timer 0 of the MPS2 boards counts down at 25 MHz (Arm DDI 0479, "APB timer": CTRL 00, VALUE 04, RELOAD 08).
 */
#include "batch.h"

void ticks_start(void);
void ticks_trace(void *user, const litesnn_trace *event);

static volatile uint32_t *const timer = (volatile uint32_t *)0x40000000u;
static uint32_t begin;

void ticks_start(void)
{
    timer[2] = 0xFFFFFFFFu;
    timer[1] = 0xFFFFFFFFu;
    timer[0] = 1;
}

void ticks_trace(void *user, const litesnn_trace *event)
{
    const uint32_t now = timer[1];
    (void)user;
    if (event->phase == LITESNN_TRACE_END) {
        batch_write_word(begin - now);
    } else if (event->phase == LITESNN_TRACE_BEGIN) {
        begin = timer[1];
    }
}
