/* A constant number of timesteps keeps a neuron, and the bytes of its group, in registers. */
#include "litesnn_neurons.h"

#include "litesnn_simd.h"

enum { MOST_TIMESTEPS = 8 };

LITESNN_INLINE void write_bytes(const litesnn_eight *group, const uint32_t *bytes, uint32_t timesteps)
{
    uint8_t *to = group->to;
    for (uint32_t t = 0; t < timesteps; t++) {
        *to = (uint8_t)bytes[t];
        to += group->plane;
    }
}

LITESNN_INLINE void fire_same(const litesnn_eight *group, uint32_t timesteps)
{
    const int32_t leak = group->leak;
    const litesnn_i32 *currents = group->currents + LITESNN_EIGHT;
    const int32_t *neurons = group->neurons + 2 * LITESNN_EIGHT;
    uint32_t bytes[MOST_TIMESTEPS] = {0};
    LITESNN_UNROLL
    for (uint32_t k = 0; k < LITESNN_EIGHT; k++) {
        const int32_t current = *--currents;
        const int32_t threshold = neurons[-1];
        int32_t u = current;
        int32_t v;
        neurons -= 2;
        for (uint32_t t = 0; t + 1 < timesteps; t++) {
            bytes[t] = litesnn_fire32(bytes[t], u, threshold, &v);
            u = ((leak * v) >> 8) + current;
        }
        bytes[timesteps - 1] = litesnn_fire32_last(bytes[timesteps - 1], u, threshold);
        /* Else the compiler loads all neurons first, for which there are not registers enough. */
        LITESNN_BARRIER();
    }
    write_bytes(group, bytes, timesteps);
}

LITESNN_INLINE void fire(const litesnn_eight *group, uint32_t timesteps)
{
    const int32_t leak = group->leak;
    const uint32_t step = group->current_step;
    const litesnn_i32 *currents = group->currents + LITESNN_EIGHT;
    const int32_t *neurons = group->neurons + 2 * LITESNN_EIGHT;
    uint32_t bytes[MOST_TIMESTEPS] = {0};
    LITESNN_UNROLL
    for (uint32_t k = 0; k < LITESNN_EIGHT; k++) {
        const litesnn_i32 *current = --currents;
        const int32_t threshold = neurons[-1];
        int32_t u = *current;
        int32_t v;
        neurons -= 2;
        for (uint32_t t = 0; t + 1 < timesteps; t++) {
            bytes[t] = litesnn_fire32(bytes[t], u, threshold, &v);
            current += step;
            u = ((leak * v) >> 8) + *current;
        }
        bytes[timesteps - 1] = litesnn_fire32_last(bytes[timesteps - 1], u, threshold);
        /* Else the compiler loads all neurons first, for which there are not registers enough. */
        LITESNN_BARRIER();
    }
    write_bytes(group, bytes, timesteps);
}

/* ---- the same currents at every timestep ---- */

LITESNN_NOINLINE void fire_same_once(const litesnn_eight *group)
{
    fire_same(group, 1);
}

LITESNN_NOINLINE void fire_same_twice(const litesnn_eight *group)
{
    fire_same(group, 2);
}

LITESNN_NOINLINE void fire_same_three_times(const litesnn_eight *group)
{
    fire_same(group, 3);
}

LITESNN_NOINLINE void fire_same_four_times(const litesnn_eight *group)
{
    fire_same(group, 4);
}

LITESNN_NOINLINE void fire_same_many_times(const litesnn_eight *group, uint32_t timesteps)
{
    fire_same(group, timesteps);
}

void litesnn_fire_eight_same(const litesnn_eight *group, uint32_t timesteps)
{
    switch (timesteps) {
    case 1:
        fire_same_once(group);
        break;
    case 2:
        fire_same_twice(group);
        break;
    case 3:
        fire_same_three_times(group);
        break;
    case 4:
        fire_same_four_times(group);
        break;
    default:
        fire_same_many_times(group, timesteps);
        break;
    }
}

/* ---- each timestep's own ---- */

LITESNN_NOINLINE void fire_once(const litesnn_eight *group)
{
    fire(group, 1);
}

LITESNN_NOINLINE void fire_twice(const litesnn_eight *group)
{
    fire(group, 2);
}

LITESNN_NOINLINE void fire_three_times(const litesnn_eight *group)
{
    fire(group, 3);
}

LITESNN_NOINLINE void fire_four_times(const litesnn_eight *group)
{
    fire(group, 4);
}

LITESNN_NOINLINE void fire_many_times(const litesnn_eight *group, uint32_t timesteps)
{
    fire(group, timesteps);
}

void litesnn_fire_eight(const litesnn_eight *group, uint32_t timesteps)
{
    switch (timesteps) {
    case 1:
        fire_once(group);
        break;
    case 2:
        fire_twice(group);
        break;
    case 3:
        fire_three_times(group);
        break;
    case 4:
        fire_four_times(group);
        break;
    default:
        fire_many_times(group, timesteps);
        break;
    }
}
