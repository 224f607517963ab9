/* Neurons of 16 bits, two a word, one timestep of a group of up to 32 channels at a time. */
#ifndef LITESNN_LANE_NEURONS_H
#define LITESNN_LANE_NEURONS_H

#include "litesnn_kernels.h"
#include "litesnn_simd.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sums of a group and membranes of its neurons, words of two lanes. */
typedef struct litesnn_group_state {
    litesnn_word sums[16];
    litesnn_word membrane[16];
} litesnn_group_state;

/* What neurons of a group have in common at one timestep: I = bias + scale * sum + constant. */
typedef struct litesnn_neuron_rule {
    uint32_t leak_256;
    /* In both lanes. */
    uint32_t scale;
    uint32_t constant;
} litesnn_neuron_rule;

/* Bias and threshold of a word of two lanes. */
enum { LITESNN_TABLE_STEP = 2 };

/* Timestep t of a group; returns its spikes, bit c of channel c. */
uint32_t litesnn_fire_lanes(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *rule,
                            uint32_t t, uint32_t timesteps);

/*
 * Both timesteps of networks of two: state->sums are those of the first, state->membrane those of the second, whose constant is
 * `second`. Returns the spikes of the first timestep, those of the second in *later.
 */
uint32_t litesnn_fire_lanes_twice(const uint32_t *table, const litesnn_group_state *state, uint32_t words,
                                  const litesnn_neuron_rule *rule, uint32_t second, uint32_t *later);

#ifdef __cplusplus
}
#endif

#endif
