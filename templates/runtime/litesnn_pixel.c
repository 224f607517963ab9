/* Vectors over the channels of one pixel, and the clipping of its window. */
#include "litesnn_kernels.h"

litesnn_clip litesnn_clip_window(const litesnn_window *window, int32_t height, int32_t width, uint32_t y, uint32_t x)
{
    litesnn_clip clip;
    clip.y = (int32_t)(y * window->stride_y) - (int32_t)window->pad_top;
    clip.x = (int32_t)(x * window->stride_x) - (int32_t)window->pad_left;
    clip.y_first = clip.y < 0 ? -clip.y : 0;
    clip.x_first = clip.x < 0 ? -clip.x : 0;
    clip.y_end = height - clip.y < (int32_t)window->kernel_height ? height - clip.y : (int32_t)window->kernel_height;
    clip.x_end = width - clip.x < (int32_t)window->kernel_width ? width - clip.x : (int32_t)window->kernel_width;
    return clip;
}

void litesnn_clear(litesnn_i32 *values, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] = 0;
    }
}

void litesnn_start_i8(litesnn_i32 *values, const int8_t *table, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] = table[c];
    }
}

void litesnn_start_i16(litesnn_i32 *values, const int16_t *table, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] = table[c];
    }
}

void litesnn_start_i32(litesnn_i32 *values, const int32_t *table, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] = table[c];
    }
}

void litesnn_copy(litesnn_i32 *values, const litesnn_i32 *from, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] = from[c];
    }
}

void litesnn_add_uniform(litesnn_i32 *values, const litesnn_i32 *sums, int32_t multiplier, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] += multiplier * sums[c];
    }
}

void litesnn_add_scaled_i8(litesnn_i32 *values, const litesnn_i32 *sums, const int8_t *multiplier, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] += multiplier[c] * sums[c];
    }
}

void litesnn_add_scaled_i16(litesnn_i32 *values, const litesnn_i32 *sums, const int16_t *multiplier, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] += multiplier[c] * sums[c];
    }
}

void litesnn_add_scaled_i32(litesnn_i32 *values, const litesnn_i32 *sums, const int32_t *multiplier, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++) {
        values[c] += multiplier[c] * sums[c];
    }
}
