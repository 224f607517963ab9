/* Neurons of 32 bits, eight at a time, each through all of its timesteps: no membrane is kept. */
#ifndef LITESNN_NEURONS_H
#define LITESNN_NEURONS_H

#include "litesnn_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { LITESNN_EIGHT = 8 };

typedef struct litesnn_eight {
    /* Bias and threshold of each neuron; no difference of a threshold and a membrane passes 32 bits. */
    const int32_t *neurons;
    /* Bias included. */
    const litesnn_i32 *currents;
    /* From a timestep's currents to the next one's. */
    uint32_t current_step;
    int32_t leak;
    /* The first timestep's byte of spikes, and bytes from one to the next. */
    uint8_t *to;
    uint32_t plane;
} litesnn_eight;

void litesnn_fire_eight(const litesnn_eight *group, uint32_t timesteps);
/* The same where the currents of the first timestep are those of all. */
void litesnn_fire_eight_same(const litesnn_eight *group, uint32_t timesteps);

#ifdef __cplusplus
}
#endif

#endif
