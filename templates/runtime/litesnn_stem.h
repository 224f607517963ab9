/*
 * Whole layers whose only edge is a dense convolution of the int8 input (litesnn_stem.c). Its sums are the same at every timestep
 * and made once; each neuron then runs through all timesteps, so that no membrane is kept.
 */
#ifndef LITESNN_STEM_H
#define LITESNN_STEM_H

#include "litesnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct litesnn_stem {
    const litesnn_spikes *spikes;
    const litesnn_input *source;
    const litesnn_window *window;
    /*
     * [group of eight][pair of taps][channel of the group], two 16-bit weights a word. Taps in the order [ky][kx][inChannel], filled up with
     * zeros to fours; of four taps the first pair is 0 and 2, the second 1 and 3.
     */
    const uint32_t *weights;
    /* Bias and threshold of each channel, whole groups. No difference of a threshold and a membrane passes 32 bits. */
    const int32_t *neurons;
    /* One a channel, whole groups; null where `multiplier` is that of all. */
    const int32_t *multipliers;
    int32_t multiplier;
    /* In the arena: the pairs of taps under a window, then the same as bytes. */
    uint32_t patch;
    uint16_t pairs;
    uint8_t timesteps;
    uint8_t leak;
} litesnn_stem;

void litesnn_run_stem(const litesnn_stem *stem, const int8_t *input, uint8_t *arena);

#ifdef __cplusplus
}
#endif

#endif
