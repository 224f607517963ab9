/* Pooling of packed spikes, and counting them for a trace. */
#include "litesnn_kernels.h"

void litesnn_pool_or(const litesnn_spikes *from, const litesnn_spikes *to, uint32_t height, uint32_t width, uint32_t timesteps,
                     uint8_t *arena)
{
    for (uint32_t t = 0; t < timesteps; t++) {
        for (uint32_t y = 0; y < to->height; y++) {
            for (uint32_t x = 0; x < to->width; x++) {
                uint8_t *pooled = litesnn_output(arena, to, t, y, x);
                for (uint32_t i = 0; i < to->pixel_bytes; i++) {
                    uint32_t any = 0;
                    for (uint32_t dy = 0; dy < height; dy++) {
                        const uint8_t *row = litesnn_pixel(arena, from, t, y * height + dy, x * width);
                        for (uint32_t dx = 0; dx < width; dx++) {
                            any |= row[dx * from->pixel_bytes + i];
                        }
                    }
                    pooled[i] = (uint8_t)any;
                }
            }
        }
    }
}

void litesnn_pool_nearest(const litesnn_spikes *from, const litesnn_spikes *to, uint32_t height, uint32_t width,
                          uint32_t timesteps, uint8_t *arena)
{
    for (uint32_t t = 0; t < timesteps; t++) {
        for (uint32_t y = 0; y < to->height; y++) {
            for (uint32_t x = 0; x < to->width; x++) {
                const uint8_t *kept = litesnn_pixel(arena, from, t, y * height, x * width);
                uint8_t *pooled = litesnn_output(arena, to, t, y, x);
                for (uint32_t i = 0; i < to->pixel_bytes; i++) {
                    pooled[i] = kept[i];
                }
            }
        }
    }
}

uint32_t litesnn_count_spikes(const litesnn_spikes *spikes, uint32_t timesteps, const uint8_t *arena)
{
    const uint8_t *bytes = litesnn_pixel(arena, spikes, 0, 0, 0);
    const uint8_t *const end = litesnn_pixel(arena, spikes, timesteps, 0, 0);
    uint32_t total = 0;
    for (; bytes != end; bytes++) {
        for (uint32_t left = *bytes; left != 0; left &= left - 1) {
            total++;
        }
    }
    return total;
}

uint32_t litesnn_count_nonzero(const int8_t *values, uint32_t count)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += values[i] != 0;
    }
    return total;
}
