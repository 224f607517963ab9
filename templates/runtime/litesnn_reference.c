/* Plain reference kernels: written like the equations, for comparison with the fast ones. */
#include "litesnn_kernels.h"

static int32_t spike_at(const litesnn_spikes *spikes, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, uint32_t c)
{
    return (litesnn_pixel(arena, spikes, t, y, x)[c / 8] >> (c % 8)) & 1;
}

int32_t litesnn_ref_spike(const litesnn_ref_source *source, const uint8_t *arena, uint32_t t, int32_t y, int32_t x, uint32_t c)
{
    uint32_t part = 0;
    while (c >= source->source.parts[part]->channels) {
        c -= source->source.parts[part]->channels;
        part++;
    }
    const litesnn_spikes *spikes = source->source.parts[part];
    if (y < 0 || x < 0 || y >= spikes->height / source->pool_height || x >= spikes->width / source->pool_width) {
        return 0;
    }
    const uint32_t top = (uint32_t)y * source->pool_height;
    const uint32_t left = (uint32_t)x * source->pool_width;
    if (!source->pool_or) {
        return spike_at(spikes, arena, t, top, left, c);
    }
    for (uint32_t dy = 0; dy < source->pool_height; dy++) {
        for (uint32_t dx = 0; dx < source->pool_width; dx++) {
            if (spike_at(spikes, arena, t, top + dy, left + dx, c)) {
                return 1;
            }
        }
    }
    return 0;
}

static int32_t row_of(const litesnn_window *window, uint32_t y, uint32_t ky)
{
    return (int32_t)(y * window->stride_y + ky) - (int32_t)window->pad_top;
}

static int32_t column_of(const litesnn_window *window, uint32_t x, uint32_t kx)
{
    return (int32_t)(x * window->stride_x + kx) - (int32_t)window->pad_left;
}

void litesnn_ref_dense(const litesnn_ref_source *source, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                       const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    for (uint32_t k = 0; k < channels; k++) {
        for (uint32_t ky = 0; ky < window->kernel_height; ky++) {
            for (uint32_t kx = 0; kx < window->kernel_width; kx++) {
                for (uint32_t c = 0; c < source->source.channels; c++) {
                    sums[k] += *weights++ * litesnn_ref_spike(source, arena, t, row_of(window, y, ky), column_of(window, x, kx), c);
                }
            }
        }
    }
}

void litesnn_ref_depthwise(const litesnn_ref_source *source, const litesnn_window *window, const int8_t *weights,
                           const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    for (uint32_t c = 0; c < source->source.channels; c++) {
        for (uint32_t ky = 0; ky < window->kernel_height; ky++) {
            for (uint32_t kx = 0; kx < window->kernel_width; kx++) {
                sums[c] += *weights++ * litesnn_ref_spike(source, arena, t, row_of(window, y, ky), column_of(window, x, kx), c);
            }
        }
    }
}

void litesnn_ref_identity(const litesnn_ref_source *source, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x,
                          litesnn_i32 *sums)
{
    for (uint32_t c = 0; c < source->source.channels; c++) {
        sums[c] += litesnn_ref_spike(source, arena, t, (int32_t)y, (int32_t)x, c);
    }
}

static int32_t input_at(const litesnn_input *shape, const int8_t *input, int32_t y, int32_t x, uint32_t c)
{
    if (y < 0 || x < 0 || y >= shape->height || x >= shape->width) {
        return 0;
    }
    return input[((uint32_t)y * shape->width + (uint32_t)x) * shape->channels + c];
}

void litesnn_ref_input_dense(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                             const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    for (uint32_t k = 0; k < channels; k++) {
        for (uint32_t ky = 0; ky < window->kernel_height; ky++) {
            for (uint32_t kx = 0; kx < window->kernel_width; kx++) {
                for (uint32_t c = 0; c < shape->channels; c++) {
                    sums[k] += *weights++ * input_at(shape, input, row_of(window, y, ky), column_of(window, x, kx), c);
                }
            }
        }
    }
}

void litesnn_ref_input_depthwise(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights,
                                 const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    for (uint32_t c = 0; c < shape->channels; c++) {
        for (uint32_t ky = 0; ky < window->kernel_height; ky++) {
            for (uint32_t kx = 0; kx < window->kernel_width; kx++) {
                sums[c] += *weights++ * input_at(shape, input, row_of(window, y, ky), column_of(window, x, kx), c);
            }
        }
    }
}

static int64_t floor_divide_256(int64_t value)
{
    return value >= 0 ? value / 256 : -((255 - value) / 256);
}

void litesnn_ref_lif(litesnn_i32 *membrane, const litesnn_i32 *current, const int32_t *threshold, int32_t leak, uint32_t channels,
                     uint8_t *spikes)
{
    for (uint32_t i = 0; i < (channels + 7) / 8; i++) {
        spikes[i] = 0;
    }
    for (uint32_t c = 0; c < channels; c++) {
        const int32_t u = (int32_t)(floor_divide_256((int64_t)leak * membrane[c]) + current[c]);
        if (u > threshold[c]) {
            spikes[c / 8] = (uint8_t)(spikes[c / 8] | (1u << (c % 8)));
        }
        membrane[c] = u > threshold[c] ? 0 : u;
    }
}
