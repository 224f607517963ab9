/*
 * Whole layers of dense convolutions and identities of spikes. The spikes under a row
 * of output pixels are listed once; those under one pixel are then one segment of the list. Membranes exist for the channels of
 * one pixel that are computed together, on the stack.
 */
#ifndef LITESNN_ROWS_H
#define LITESNN_ROWS_H

#include "litesnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One edge. Weights: [group of output channels][kx][ky][inChannel], rows of planes (4 bytes, 32 channels), nibbles (16 bytes, 32
 * channels) or bytes (16 bytes, 16 channels); a last group of 16 channels or fewer has planes or bytes. A weight is
 * lane * lane_step - lane_bias. litesnn_sums.h has the order of the channels.
 */
typedef struct litesnn_row_edge {
    const litesnn_source *source;
    /* Null for an identity. */
    const litesnn_window *window;
    const uint32_t *weights;
    /* Words of two lanes; null where `multiplier` is that of all channels. */
    const uint32_t *multipliers;
    int32_t multiplier;
    /* In the arena: uint16 [timestep][columns] starts, then [timestep][capacity] events. */
    uint32_t lists;
    /* Of the padded source that windows reach, and one more. */
    uint16_t columns;
    uint16_t capacity;
    uint8_t format;
    /* Rows that may be added in bytes, or in nibbles; then in bytes once nibbles are widened. */
    uint8_t burst;
    uint8_t fill;
    uint8_t lane_step;
    uint8_t lane_bias;
} litesnn_row_edge;

enum { LITESNN_ROWS_BYTES = 0, LITESNN_ROWS_NIBBLES = 1, LITESNN_ROWS_PLANES = 2 };

/* ---- one convolution with one multiplier for all channels, membranes of 16 bits (litesnn_rows.c) ---- */

typedef struct litesnn_row_layer {
    const litesnn_spikes *spikes;
    const litesnn_row_edge *edge;
    /* Bias, then threshold of each word of two 16-bit lanes: 16 times two words a group of 32 channels, 8 a last group of up to 16. */
    const uint32_t *neurons;
    /* In the arena, depthwise only: sums and membranes of each group of a pixel. */
    uint32_t states;
    uint8_t timesteps;
    uint8_t leak;
} litesnn_row_layer;

void litesnn_run_rows_bytes(const litesnn_row_layer *layer, uint8_t *arena);
void litesnn_run_rows_nibbles(const litesnn_row_layer *layer, uint8_t *arena);
void litesnn_run_rows_planes(const litesnn_row_layer *layer, uint8_t *arena);
/*
 * The same for a depthwise convolution (litesnn_depthwise.c). Weights [kx][ky][channel]: the weight in the upper half of a word, in the lower
 * one the place of its channel's sum in the states.
 */
void litesnn_run_rows_depthwise(const litesnn_row_layer *layer, uint8_t *arena);

/* ---- any number of edges of any form, membranes of 32 bits (litesnn_wide.c) ---- */

typedef struct litesnn_wide_layer {
    const litesnn_spikes *spikes;
    /* Convolutions first. */
    const litesnn_row_edge *edges;
    /* Bias and threshold of each channel, whole eights. No difference of a threshold and a membrane passes 32 bits. */
    const int32_t *neurons;
    /* In the arena: currents of 32 channels at each timestep. */
    uint32_t currents;
    uint8_t edge_count;
    uint8_t timesteps;
    uint8_t leak;
} litesnn_wide_layer;

void litesnn_run_wide(const litesnn_wide_layer *layer, uint8_t *arena);

/* ---- lists (litesnn_lists.c) ---- */

/*
 * Lists the spikes of all timesteps under output pixels x_first to x_end of a row; returns the pixel after the last one whose window
 * is listed whole, where there was no room for all.
 */
uint32_t litesnn_list_row(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t y, uint32_t x_first,
                          uint32_t x_end);

#ifdef __cplusplus
}
#endif

#endif
