#ifndef INFERENCE_H
#define INFERENCE_H

/* Runs the network on the loaded input, times it and reports it. */

#include <stdbool.h>
#include <stdint.h>

void inference_init(void);

/* A `trace` frame a layer for each inference from now on, or none. */
void inference_set_trace(bool on);

/* `repeat` inferences, one each time inference_step is called; takes the place of what is left of an earlier order. */
void inference_order(uint32_t sample, uint32_t repeat);

void inference_cancel(void);

/* Runs and reports one of the ordered inferences; false when there is none. */
bool inference_step(void);

#endif
