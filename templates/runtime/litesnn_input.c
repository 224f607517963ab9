/* Edges on the int8 input. It is the same at every timestep, so the generated code calls these once a pixel. */
#include "litesnn_kernels.h"

static const int8_t *input_pixel(const litesnn_input *shape, const int8_t *input, int32_t y, int32_t x)
{
    return input + ((uint32_t)y * shape->width + (uint32_t)x) * shape->channels;
}

/* sums += value * row, four channels a turn. */
static inline void add_row(int32_t value, const int8_t *row, uint32_t channels, litesnn_i32 *sums)
{
    uint32_t c = 0;
    for (; c + 4 <= channels; c += 4) {
        sums[c] += value * row[c];
        sums[c + 1] += value * row[c + 1];
        sums[c + 2] += value * row[c + 2];
        sums[c + 3] += value * row[c + 3];
    }
    for (; c < channels; c++) {
        sums[c] += value * row[c];
    }
}

void litesnn_add_input_dense(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights, uint32_t channels,
                             const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    const litesnn_clip clip = litesnn_clip_window(window, shape->height, shape->width, y, x);
    for (int32_t ky = clip.y_first; ky < clip.y_end; ky++) {
        for (int32_t kx = clip.x_first; kx < clip.x_end; kx++) {
            const int8_t *values = input_pixel(shape, input, clip.y + ky, clip.x + kx);
            const uint32_t tap = (uint32_t)ky * window->kernel_width + (uint32_t)kx;
            const int8_t *row = weights + tap * shape->channels * channels;
            for (uint32_t i = 0; i < shape->channels; i++) {
                if (values[i] != 0) {
                    add_row(values[i], row, channels, sums);
                }
                row += channels;
            }
        }
    }
}

void litesnn_add_input_depthwise(const litesnn_input *shape, const litesnn_window *window, const int8_t *weights,
                                 const int8_t *input, uint32_t y, uint32_t x, litesnn_i32 *sums)
{
    const litesnn_clip clip = litesnn_clip_window(window, shape->height, shape->width, y, x);
    for (int32_t ky = clip.y_first; ky < clip.y_end; ky++) {
        for (int32_t kx = clip.x_first; kx < clip.x_end; kx++) {
            const int8_t *values = input_pixel(shape, input, clip.y + ky, clip.x + kx);
            const int8_t *row = weights + ((uint32_t)ky * window->kernel_width + (uint32_t)kx) * shape->channels;
            for (uint32_t c = 0; c < shape->channels; c++) {
                sums[c] += values[c] * row[c];
            }
        }
    }
}
