/* Layers of one convolution of spikes with membranes of 16 bits, two neurons a word. */
#include "litesnn_lane_neurons.h"
#include "litesnn_row_sums.h"

/* Output pixels of a row, whose lists are ready. */
typedef struct pixel_run {
    uint32_t y;
    uint32_t x;
    uint32_t x_end;
} pixel_run;

/* Sums of a group; returns how many events there were. */
LITESNN_INLINE uint32_t sum_pixel(const litesnn_row_edge *edge, uint32_t format, litesnn_row_base base, uint32_t block_bytes,
                                  litesnn_segment found, uint32_t words, litesnn_word *sums)
{
    if (found.count > 0) {
        litesnn_sum_group(edge, format, base, block_bytes, found, words, sums);
    } else {
        litesnn_clear_words(sums, words);
    }
    return found.count;
}

/* One group of all pixels of a run. */
LITESNN_INLINE void run_group_of_pixels(const litesnn_row_layer *layer, uint32_t format, uint8_t *arena, const pixel_run *run,
                                        uint32_t index)
{
    const litesnn_row_edge *edge = layer->edge;
    const litesnn_spikes *out = layer->spikes;
    const litesnn_window *window = edge->window;
    const uint32_t timesteps = layer->timesteps;
    const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
    const uint32_t offset = (uint32_t)edge->multiplier * edge->lane_bias;
    const uint32_t plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    const uint32_t left = out->pixel_bytes - 4 * index;
    const uint32_t words = left > 2 ? 16 : 8;
    const uint32_t *const table = layer->neurons + 16 * LITESNN_TABLE_STEP * index;
    const litesnn_u16 *const first_events = litesnn_list_events(edge, arena, timesteps, 0);
    const litesnn_u16 *first_starts = litesnn_list_starts(edge, arena, 0) + run->x * window->stride_x;
    litesnn_row_base base = litesnn_base_at(edge, format, run->x * window->stride_x) + index * litesnn_group_bytes(rows, format);
    uint8_t *first_to = litesnn_output(arena, out, 0, run->y, run->x) + 4 * index;
    litesnn_group_state state;
    litesnn_neuron_rule rule;
    rule.leak_256 = (uint32_t)layer->leak << 8;
    rule.scale = litesnn_both((uint32_t)edge->multiplier * edge->lane_step);
    for (uint32_t x = run->x; x < run->x_end; x++) {
        const litesnn_u16 *starts = first_starts;
        const litesnn_u16 *events = first_events;
        uint8_t *to = first_to;
        if (timesteps == 2) {
            const litesnn_segment first = litesnn_segment_at(starts, events, window->kernel_width);
            const litesnn_segment second = litesnn_segment_at(starts + edge->columns, events + edge->capacity, window->kernel_width);
            rule.constant = 0u - offset * sum_pixel(edge, format, base, rows * 16, first, words, state.sums);
            const uint32_t constant = 0u - offset * sum_pixel(edge, format, base, rows * 16, second, words, state.membrane);
            uint32_t later;
            litesnn_write_spikes(to, litesnn_fire_lanes_twice(table, &state, words, &rule, constant, &later), left);
            litesnn_write_spikes(to + plane, later, left);
        } else {
            for (uint32_t t = 0; t < timesteps; t++) {
                const litesnn_segment found = litesnn_segment_at(starts, events, window->kernel_width);
                rule.constant = 0u - offset * sum_pixel(edge, format, base, rows * 16, found, words, state.sums);
                litesnn_write_spikes(to, litesnn_fire_lanes(table, &state, words, &rule, t, timesteps), left);
                starts += edge->columns;
                events += edge->capacity;
                to += plane;
            }
        }
        first_starts += window->stride_x;
        first_to += out->pixel_bytes;
        base -= window->stride_x * litesnn_column_bytes(edge, format);
    }
}

LITESNN_INLINE void run_layer(const litesnn_row_layer *layer, uint32_t format, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    pixel_run run;
    for (run.y = 0; run.y < out->height; run.y++) {
        for (run.x = 0; run.x < out->width; run.x = run.x_end) {
            run.x_end = litesnn_list_row(layer->edge, arena, layer->timesteps, run.y, run.x, out->width);
            for (uint32_t index = 0; 32 * index < out->channels; index++) {
                run_group_of_pixels(layer, format, arena, &run, index);
            }
        }
    }
}

void litesnn_run_rows_bytes(const litesnn_row_layer *layer, uint8_t *arena)
{
    run_layer(layer, LITESNN_ROWS_BYTES, arena);
}

void litesnn_run_rows_nibbles(const litesnn_row_layer *layer, uint8_t *arena)
{
    run_layer(layer, LITESNN_ROWS_NIBBLES, arena);
}

void litesnn_run_rows_planes(const litesnn_row_layer *layer, uint8_t *arena)
{
    run_layer(layer, LITESNN_ROWS_PLANES, arena);
}
