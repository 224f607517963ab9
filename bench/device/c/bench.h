/* Runs one generated network on a bare emulated core and counts what it does; see bench/device/run.ts. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "litesnn_runtime.h"

/* Appends a little-endian word to the record on the host. */
void bench_write_word(uint32_t word);
/* Ticks of a timer that counts down. */
uint32_t bench_now(void);
/* Fills the free part of the stack with a pattern; bench_stack_used says how much below here was written since. */
void bench_paint_stack(void);
uint32_t bench_stack_used(void);
/* A litesnn_trace_fn: three words for every layer and the head: ticks, spikes read, spikes fired. */
void bench_trace(void *user, const litesnn_trace *event);

/* Generated. */
void bench_run(void);

#endif
