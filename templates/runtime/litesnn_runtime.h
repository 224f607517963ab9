/*
 * What an application sees of the litesnn runtime: the trace hook. The network's own header (<prefix>_model.h) includes it.
 * The kernels are in litesnn_kernels.h; only generated code calls them.
 */
#ifndef LITESNN_RUNTIME_H
#define LITESNN_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum litesnn_trace_phase {
    /* Just before a layer (or the head) starts. */
    LITESNN_TRACE_BEGIN,
    /* Just after it has ended: the place to read a clock, nothing has been counted yet. */
    LITESNN_TRACE_END,
    /* After LITESNN_TRACE_END: spikes have been counted, the fields below are valid. */
    LITESNN_TRACE_COUNTS
} litesnn_trace_phase;

typedef struct litesnn_trace {
    litesnn_trace_phase phase;
    /* 0, 1, ...; the number of layers stands for the head. */
    uint16_t layer;

    /* The rest is valid in LITESNN_TRACE_COUNTS only, and zero elsewhere. */

    /* Spikes at the sources of the layer's edges, added over edges and timesteps (int8 input: values that are not zero, once). */
    uint32_t spikes_in;
    /* Spikes of the layer itself over all timesteps; 0 for the head. */
    uint32_t spikes_out;
    /* Packed spikes [timestep][y][x][pixel_bytes], channel c in bit c & 7 of byte c >> 3, unused bits 0; null for the head. */
    const uint8_t *spikes;
    uint16_t timesteps;
    uint16_t height;
    uint16_t width;
    uint16_t channels;
    uint16_t pixel_bytes;
} litesnn_trace;

/* `user` is what was given with the function; the event is valid during the call only. */
typedef void (*litesnn_trace_fn)(void *user, const litesnn_trace *event);

/* Part of each network's context; set it with <prefix>_set_trace. A null function traces nothing and costs nothing. */
typedef struct litesnn_trace_hook {
    litesnn_trace_fn function;
    void *user;
} litesnn_trace_hook;

#ifdef __cplusplus
}
#endif

#endif
