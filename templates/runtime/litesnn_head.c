/* Spike counts and the fully connected layer on them. */
#include "litesnn_kernels.h"

void litesnn_count_channels(const litesnn_spikes *spikes, uint32_t timesteps, const uint8_t *arena, litesnn_i32 *counts)
{
    const uint32_t pixels = timesteps * spikes->height * spikes->width;
    const uint8_t *bytes = litesnn_pixel(arena, spikes, 0, 0, 0);
    for (uint32_t pixel = 0; pixel < pixels; pixel++) {
        for (uint32_t i = 0; i < spikes->pixel_bytes; i++) {
            litesnn_i32 *count = counts + i * 8;
            for (uint32_t left = *bytes++; left != 0; left >>= 1) {
                if ((left & 1u) != 0) {
                    ++*count;
                }
                count++;
            }
        }
    }
}

void litesnn_add_head(const int8_t *weights, uint32_t classes, uint32_t channels, const litesnn_i32 *counts, int32_t *logits)
{
    for (uint32_t k = 0; k < classes; k++) {
        int32_t sum = 0;
        for (uint32_t c = 0; c < channels; c++) {
            sum += weights[c] * counts[c];
        }
        logits[k] += sum;
        weights += channels;
    }
}

uint16_t litesnn_argmax(const int32_t *logits, uint32_t classes)
{
    uint16_t best = 0;
    for (uint16_t k = 1; k < classes; k++) {
        if (logits[k] > logits[best]) {
            best = k;
        }
    }
    return best;
}

uint32_t litesnn_margin(const int32_t *logits, uint32_t classes)
{
    int32_t best = logits[0];
    int32_t second = INT32_MIN;
    for (uint32_t k = 1; k < classes; k++) {
        if (logits[k] > best) {
            second = best;
            best = logits[k];
        } else if (logits[k] > second) {
            second = logits[k];
        }
    }
    /* May be wider than a signed number. */
    return (uint32_t)best - (uint32_t)second;
}
