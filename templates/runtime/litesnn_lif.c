/* Leaky integrate-and-fire neurons of one pixel. One function for each width of the table of thresholds. */
#include "litesnn_kernels.h"

/* Returns 1 for a spike. The shift is the floor of the model's equation: towards minus infinity. */
static inline uint32_t fire(litesnn_i32 *membrane, int32_t current, int32_t threshold, int32_t leak)
{
    const int32_t u = ((leak * *membrane) >> 8) + current;
    const uint32_t spike = u > threshold;
    /* All ones where there was no spike: keeps u without a branch. */
    *membrane = u & ((int32_t)spike - 1);
    return spike;
}

/* One body for the three functions: a constant `width` in each call leaves one load of the switch. */
static inline int32_t threshold_at(const void *table, uint32_t width, uint32_t c)
{
    switch (width) {
    case 1:
        return ((const int8_t *)table)[c];
    case 2:
        return ((const int16_t *)table)[c];
    default:
        return ((const int32_t *)table)[c];
    }
}

static inline uint32_t fire_some(litesnn_i32 *membrane, const litesnn_i32 *current, const void *threshold, uint32_t width,
                                 int32_t leak, uint32_t first, uint32_t count)
{
    uint32_t byte = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t c = first + k;
        byte |= fire(membrane + c, current[c], threshold_at(threshold, width, c), leak) << k;
    }
    return byte;
}

/* Whole bytes first: their constant count lets the compiler unroll. */
static inline void fire_pixel(litesnn_i32 *membrane, const litesnn_i32 *current, const void *threshold, uint32_t width,
                              int32_t leak, uint32_t channels, uint8_t *spikes)
{
    uint32_t first = 0;
    for (; first + 8 <= channels; first += 8) {
        *spikes++ = (uint8_t)fire_some(membrane, current, threshold, width, leak, first, 8);
    }
    if (first < channels) {
        *spikes = (uint8_t)fire_some(membrane, current, threshold, width, leak, first, channels - first);
    }
}

void litesnn_lif_i8(litesnn_i32 *membrane, const litesnn_i32 *current, const int8_t *threshold, int32_t leak, uint32_t channels,
                    uint8_t *spikes)
{
    fire_pixel(membrane, current, threshold, 1, leak, channels, spikes);
}

void litesnn_lif_i16(litesnn_i32 *membrane, const litesnn_i32 *current, const int16_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes)
{
    fire_pixel(membrane, current, threshold, 2, leak, channels, spikes);
}

void litesnn_lif_i32(litesnn_i32 *membrane, const litesnn_i32 *current, const int32_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes)
{
    fire_pixel(membrane, current, threshold, 4, leak, channels, spikes);
}
