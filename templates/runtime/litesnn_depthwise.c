/*
 * Layers of one depthwise convolution of spikes with membranes of 16 bits: each spike adds one weight to the sum of its channel.
 */
#include "litesnn_lane_neurons.h"
#include "litesnn_row_sums.h"

enum { GROUP = 32 };

/* States of all groups are one array of bytes for the weights, which know the place of their channel in it. */
LITESNN_INLINE void add_event(uint8_t *states, litesnn_row_base base, uint32_t event)
{
    const uint32_t weight = *(const uint32_t *)(base + ((litesnn_row_base)event << 2));
    litesnn_u16 *const sum = (litesnn_u16 *)(void *)(states + (weight & 0xFFFFu));
    *sum = (uint16_t)(*sum + (weight >> 16));
}

LITESNN_NOINLINE void add_events(uint8_t *states, litesnn_row_base base, litesnn_segment of)
{
    const litesnn_u16 *events = of.events;
    const litesnn_u16 *const fours = events + (of.count & ~3u);
    const litesnn_u16 *const end = events + of.count;
    for (; events != fours; events += 4) {
        add_event(states, base, events[0]);
        add_event(states, base, events[1]);
        add_event(states, base, events[2]);
        add_event(states, base, events[3]);
    }
    for (; events != end; events++) {
        add_event(states, base, *events);
    }
}

LITESNN_INLINE uint32_t words_of(const litesnn_spikes *out, uint32_t index)
{
    return out->pixel_bytes - 4 * index > 2 ? 16 : 8;
}

/* All timesteps of a pixel. */
static void run_pixel(const litesnn_row_layer *layer, uint8_t *arena, uint32_t x, uint8_t *to)
{
    const litesnn_row_edge *edge = layer->edge;
    const litesnn_spikes *out = layer->spikes;
    const litesnn_window *window = edge->window;
    const uint32_t column = x * window->stride_x;
    const litesnn_row_base base = litesnn_base_at(edge, LITESNN_ROWS_PLANES, column);
    const litesnn_u16 *starts = litesnn_list_starts(edge, arena, 0) + column;
    const litesnn_u16 *events = litesnn_list_events(edge, arena, layer->timesteps, 0);
    const uint32_t plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    litesnn_group_state *const states = (litesnn_group_state *)(void *)(arena + layer->states);
    const litesnn_neuron_rule rule = {(uint32_t)layer->leak << 8, litesnn_both((uint32_t)edge->multiplier), 0};
    for (uint32_t t = 0; t < layer->timesteps; t++) {
        const litesnn_segment found = litesnn_segment_at(starts, events, window->kernel_width);
        const uint32_t *table = layer->neurons;
        for (uint32_t index = 0; GROUP * index < out->channels; index++) {
            litesnn_clear_words(states[index].sums, 16);
        }
        add_events((uint8_t *)states, base, found);
        for (uint32_t index = 0; GROUP * index < out->channels; index++) {
            const uint32_t spikes =
                litesnn_fire_lanes(table, &states[index], words_of(out, index), &rule, t, layer->timesteps);
            litesnn_write_spikes(to + 4 * index, spikes, out->pixel_bytes - 4 * index);
            table += 16 * LITESNN_TABLE_STEP;
        }
        starts += edge->columns;
        events += edge->capacity;
        to += plane;
    }
}

void litesnn_run_rows_depthwise(const litesnn_row_layer *layer, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    uint8_t *to = litesnn_output(arena, out, 0, 0, 0);
    for (uint32_t y = 0; y < out->height; y++) {
        uint32_t x_end = 0;
        for (uint32_t x = 0; x < out->width; x++) {
            if (x == x_end) {
                x_end = litesnn_list_row(layer->edge, arena, layer->timesteps, y, x, out->width);
            }
            run_pixel(layer, arena, x, to);
            to += out->pixel_bytes;
        }
    }
}
