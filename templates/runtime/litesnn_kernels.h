/*
 * Kernels of the generated network: small functions that the generated code calls for one output pixel at a time.
 *
 * Everything that changes lives in the caller's arena, at byte offsets that the planner chose. Tables are constant.
 * Integer arithmetic only; the range analysis of the model has proved that no value leaves 32 bits, partial sums
 * included, so nothing here saturates or checks.
 */
#ifndef LITESNN_KERNELS_H
#define LITESNN_KERNELS_H

#include "litesnn_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One arena holds values of several widths at different times; the compiler must not assume otherwise. */
#if defined(__GNUC__)
#define LITESNN_ARENA_TYPE __attribute__((may_alias))
#else
#define LITESNN_ARENA_TYPE
#endif

typedef int32_t LITESNN_ARENA_TYPE litesnn_i32;
typedef uint16_t LITESNN_ARENA_TYPE litesnn_u16;
typedef uint32_t LITESNN_ARENA_TYPE litesnn_word;

/* Packed spikes of one population: [timestep][y][x][pixel_bytes], one bit a neuron, at `offset` in the arena. */
typedef struct litesnn_spikes {
    uint32_t offset;
    uint16_t height;
    uint16_t width;
    uint16_t channels;
    uint16_t pixel_bytes;
} litesnn_spikes;

/* Populations of equal height and width, concatenated along channels in this order. */
typedef struct litesnn_source {
    const litesnn_spikes *const *parts;
    uint16_t part_count;
    /* Of all parts together. */
    uint16_t channels;
} litesnn_source;

/* Where a convolution looks: row of the source = y * stride_y - pad_top + kernel row. */
typedef struct litesnn_window {
    uint16_t kernel_height;
    uint16_t kernel_width;
    uint16_t stride_y;
    uint16_t stride_x;
    uint16_t pad_top;
    uint16_t pad_left;
} litesnn_window;

/* The part of a window that is inside the source: kernel rows y_first..y_end - 1 and so on; `y`, `x` of kernel (0, 0). */
typedef struct litesnn_clip {
    int32_t y;
    int32_t x;
    int32_t y_first;
    int32_t y_end;
    int32_t x_first;
    int32_t x_end;
} litesnn_clip;

litesnn_clip litesnn_clip_window(const litesnn_window *window, int32_t height, int32_t width, uint32_t y, uint32_t x);

/* First byte of the spikes of a pixel at a timestep. */
static inline const uint8_t *litesnn_pixel(const uint8_t *arena, const litesnn_spikes *spikes, uint32_t t, uint32_t y, uint32_t x)
{
    const uint32_t pixel = (t * spikes->height + y) * spikes->width + x;
    return arena + spikes->offset + pixel * spikes->pixel_bytes;
}

static inline uint8_t *litesnn_output(uint8_t *arena, const litesnn_spikes *spikes, uint32_t t, uint32_t y, uint32_t x)
{
    const uint32_t pixel = (t * spikes->height + y) * spikes->width + x;
    return arena + spikes->offset + pixel * spikes->pixel_bytes;
}

static inline litesnn_i32 *litesnn_numbers(uint8_t *arena, uint32_t offset)
{
    return (litesnn_i32 *)(void *)(arena + offset);
}

static inline litesnn_u16 *litesnn_event_list(uint8_t *arena, uint32_t offset)
{
    return (litesnn_u16 *)(void *)(arena + offset);
}

/* ---- vectors of one pixel (litesnn_pixel.c) ---- */

void litesnn_clear(litesnn_i32 *values, uint32_t count);
/* values = table */
void litesnn_start_i8(litesnn_i32 *values, const int8_t *table, uint32_t count);
void litesnn_start_i16(litesnn_i32 *values, const int16_t *table, uint32_t count);
void litesnn_start_i32(litesnn_i32 *values, const int32_t *table, uint32_t count);
void litesnn_copy(litesnn_i32 *values, const litesnn_i32 *from, uint32_t count);
/* values += multiplier * sums */
void litesnn_add_uniform(litesnn_i32 *values, const litesnn_i32 *sums, int32_t multiplier, uint32_t count);
void litesnn_add_scaled_i8(litesnn_i32 *values, const litesnn_i32 *sums, const int8_t *multiplier, uint32_t count);
void litesnn_add_scaled_i16(litesnn_i32 *values, const litesnn_i32 *sums, const int16_t *multiplier, uint32_t count);
void litesnn_add_scaled_i32(litesnn_i32 *values, const litesnn_i32 *sums, const int32_t *multiplier, uint32_t count);

/* ---- event-driven edges (litesnn_gather.c) ---- */

/*
 * The spikes under the window of output pixel (y, x) at timestep t, as `row * step`, where row = (ky * kernel_width + kx) *
 * channels + c. Returns how many; `events` has room for one of each row.
 */
uint32_t litesnn_collect(const litesnn_source *source, const litesnn_window *window, const uint8_t *arena, uint32_t t, uint32_t y,
                         uint32_t x, uint32_t step, litesnn_u16 *events);

/*
 * Rows of weights as unsigned byte lanes, four output channels a word (lowest byte first): code = lane * lane_step -
 * lane_bias. A plain 32-bit addition adds four lanes; `burst` rows can be added before a lane could carry.
 */
typedef struct litesnn_lanes {
    const uint32_t *rows;
    uint16_t row_words;
    uint16_t channels;
    uint8_t burst;
    uint8_t lane_step;
    uint8_t lane_bias;
} litesnn_lanes;

/* sums[c] += scale * (sum of the rows of the events); an event is the row's offset in words. */
void litesnn_add_lanes(const litesnn_lanes *lanes, const litesnn_u16 *events, uint32_t count, int32_t scale, litesnn_i32 *sums);

/* The same for rows of signed bytes [row][channels]; an event is the row's index. */
void litesnn_add_rows(const int8_t *rows, uint32_t channels, const litesnn_u16 *events, uint32_t count, int32_t scale,
                      litesnn_i32 *sums);

/* Depthwise: weights [ky][kx][channel]. */
void litesnn_add_depthwise(const litesnn_source *source, const litesnn_window *window, const int8_t *weights, const uint8_t *arena,
                           uint32_t t, uint32_t y, uint32_t x, int32_t scale, litesnn_i32 *sums);

/* sums[c] += scale where channel c of the source's pixel (y, x) spikes. */
void litesnn_add_identity(const litesnn_source *source, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, int32_t scale,
                          litesnn_i32 *sums);

/* ---- edges on the int8 input, once for all timesteps (litesnn_input.c) ---- */

typedef struct litesnn_input {
    uint16_t height;
    uint16_t width;
    uint16_t channels;
} litesnn_input;

/* Weights [ky][kx][inChannel][outChannel]. */
void litesnn_add_input_dense(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                             const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums);
/* Weights [ky][kx][channel]. */
void litesnn_add_input_depthwise(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights,
                                 const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums);

/* ---- pooling and counting (litesnn_spikes.c) ---- */

/* Each pixel of `to` is the OR of the height x width pixels of `from` under it. */
void litesnn_pool_or(const litesnn_spikes *from, const litesnn_spikes *to, uint32_t height, uint32_t width, uint32_t timesteps,
                     uint8_t *arena);
/* Each pixel of `to` is the top left one of the height x width pixels of `from` under it. */
void litesnn_pool_nearest(const litesnn_spikes *from, const litesnn_spikes *to, uint32_t height, uint32_t width,
                          uint32_t timesteps, uint8_t *arena);
uint32_t litesnn_count_spikes(const litesnn_spikes *spikes, uint32_t timesteps, const uint8_t *arena);
uint32_t litesnn_count_nonzero(const int8_t *values, uint32_t count);

/* ---- neurons (litesnn_lif.c) ---- */

/*
 * One timestep of a pixel's neurons: u = floor(leak * v / 256) + current; spike = u > threshold; v = spike ? 0 : u.
 * Writes (channels + 7) / 8 bytes of spikes. leak is 0..255.
 */
void litesnn_lif_i8(litesnn_i32 *membrane, const litesnn_i32 *current, const int8_t *threshold, int32_t leak, uint32_t channels,
                    uint8_t *spikes);
void litesnn_lif_i16(litesnn_i32 *membrane, const litesnn_i32 *current, const int16_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes);
void litesnn_lif_i32(litesnn_i32 *membrane, const litesnn_i32 *current, const int32_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes);

/* ---- head (litesnn_head.c) ---- */

/* counts[c] += spikes of channel c over all positions and timesteps. */
void litesnn_count_channels(const litesnn_spikes *spikes, uint32_t timesteps, const uint8_t *arena, litesnn_i32 *counts);
/* logits[k] += sum over c of weights[k][c] * counts[c] */
void litesnn_add_head(const int8_t *weights, uint32_t classes, uint32_t channels, const litesnn_i32 *counts, int32_t *logits);
/* Index of the largest logit, the lowest on a tie. */
uint16_t litesnn_argmax(const int32_t *logits, uint32_t classes);
/* By how much the largest of two or more logits leads the second largest; 0 on a tie. */
uint32_t litesnn_margin(const int32_t *logits, uint32_t classes);

/* ---- trace (litesnn_trace.c) ---- */

/* Calls the hook, where there is one, with LITESNN_TRACE_BEGIN or LITESNN_TRACE_END. */
void litesnn_trace_mark(const litesnn_trace_hook *hook, litesnn_trace_phase phase, uint16_t layer);
/* Counts the layer's spikes and calls the hook with LITESNN_TRACE_COUNTS; `spikes` is null for the head. */
void litesnn_trace_counts(const litesnn_trace_hook *hook, uint16_t layer, uint32_t spikes_in, const litesnn_spikes *spikes,
                          uint16_t timesteps, const uint8_t *arena);

/* ---- plain reference kernels, which the ones above must equal bit for bit (litesnn_reference.c) ---- */

/* What an edge reads, pooling still to be done: `pool_or` 1 for OR, 0 for the top left pixel; 1 x 1 where there is none. */
typedef struct litesnn_ref_source {
    litesnn_source source;
    uint16_t pool_height;
    uint16_t pool_width;
    uint8_t pool_or;
} litesnn_ref_source;

/* 1 where the channel spikes in the concatenated and pooled source; 0 outside of it. */
int32_t litesnn_ref_spike(const litesnn_ref_source *source, const uint8_t *arena, uint32_t t, int32_t y, int32_t x, uint32_t c);

/* Weights as the model has them: [outChannel][ky][kx][inChannel], depthwise [channel][ky][kx]. All of them add to `sums`. */
void litesnn_ref_dense(const litesnn_ref_source *source, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                       const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, litesnn_i32 *sums);
void litesnn_ref_depthwise(const litesnn_ref_source *source, const litesnn_window *window, const int8_t *weights,
                           const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, litesnn_i32 *sums);
void litesnn_ref_identity(const litesnn_ref_source *source, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x,
                          litesnn_i32 *sums);
void litesnn_ref_input_dense(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                             const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums);
void litesnn_ref_input_depthwise(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights,
                                 const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums);
/* As litesnn_lif_i32, written like the equation. */
void litesnn_ref_lif(litesnn_i32 *membrane, const litesnn_i32 *current, const int32_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes);

#ifdef __cplusplus
}
#endif

#endif
