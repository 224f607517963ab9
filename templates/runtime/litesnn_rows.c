/* Layers of one convolution of spikes with membranes of 16 bits, two neurons a word. */
#include "litesnn_row_sums.h"

/* Sums of a group and membranes of its neurons, words of two lanes. */
typedef struct group_state {
    uint32_t sums[16];
    uint32_t membrane[16];
} group_state;

/* What neurons of a group have in common at one timestep: I = bias + scale * sum + constant. */
typedef struct neuron_rule {
    uint32_t leak_256;
    /* In both lanes. */
    uint32_t scale;
    uint32_t constant;
} neuron_rule;

/* Bias and threshold of a word of two lanes. */
enum { TABLE_STEP = 2 };

/* At the first timestep there is no membrane yet, after the last one it is needed no more. */
typedef enum neuron_step { STEP_FIRST, STEP_NEXT, STEP_LAST } neuron_step;

/* Two words of neurons: returns the spikes, bits 0 and 16 for the first word, 1 and 17 for the second. */
LITESNN_INLINE uint32_t fire_words(const uint32_t *table, const uint32_t *sums, uint32_t *membrane, neuron_rule rule,
                                   neuron_step step)
{
    const litesnn_pair sum = litesnn_load2(sums);
    litesnn_pair v;
    if (step == STEP_FIRST) {
        v.a = litesnn_mla16(sum.a, rule.scale, rule.constant);
        v.b = litesnn_mla16(sum.b, rule.scale, rule.constant);
    } else {
        v = litesnn_load2(membrane);
        v.a = litesnn_leak_mla16(rule.leak_256, v.a, sum.a, rule.scale, rule.constant);
        v.b = litesnn_leak_mla16(rule.leak_256, v.b, sum.b, rule.scale, rule.constant);
    }
    const litesnn_pair one = litesnn_load2(table);
    if (step == STEP_LAST) {
        const uint32_t spikes = litesnn_above16(litesnn_add16(v.a, one.a), one.b);
        const litesnn_pair two = litesnn_load2(table + TABLE_STEP);
        return spikes | (litesnn_above16(litesnn_add16(v.b, two.a), two.b) << 1);
    }
    const uint32_t spikes = litesnn_fire16(&v.a, one.a, one.b);
    const litesnn_pair two = litesnn_load2(table + TABLE_STEP);
    const uint32_t more = litesnn_fire16(&v.b, two.a, two.b);
    litesnn_store2(membrane, v);
    LITESNN_BARRIER();
    return spikes | (more << 1);
}

/* Spikes of a group, bit c of channel c. */
LITESNN_INLINE uint32_t fire_group(const uint32_t *table, group_state *state, uint32_t words, const neuron_rule *given,
                                   neuron_step step)
{
    const neuron_rule rule = *given;
    const uint32_t *sums = state->sums;
    uint32_t *membrane = state->membrane;
    uint32_t spikes = 0;
    for (uint32_t i = 0; i < words; i += 8) {
        uint32_t eight = fire_words(table, sums, membrane, rule, step);
        eight |= fire_words(table + 2 * TABLE_STEP, sums + 2, membrane + 2, rule, step) << 2;
        eight |= fire_words(table + 4 * TABLE_STEP, sums + 4, membrane + 4, rule, step) << 4;
        eight |= fire_words(table + 6 * TABLE_STEP, sums + 6, membrane + 6, rule, step) << 6;
        spikes |= eight << i;
        table += 8 * TABLE_STEP;
        sums += 8;
        membrane += 8;
    }
    /* The upper lanes of a group of 16 are channels 8 to 15. */
    return words > 8 ? spikes : (spikes & 0xFFu) | (spikes >> 8);
}

LITESNN_NOINLINE uint32_t fire_first(const uint32_t *table, group_state *state, uint32_t words, const neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_FIRST);
}

LITESNN_NOINLINE uint32_t fire_next(const uint32_t *table, group_state *state, uint32_t words, const neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_NEXT);
}

LITESNN_NOINLINE uint32_t fire_last(const uint32_t *table, group_state *state, uint32_t words, const neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_LAST);
}

/* The neurons of timestep t. */
LITESNN_INLINE uint32_t fire(const uint32_t *table, group_state *state, uint32_t words, const neuron_rule *rule, uint32_t t,
                             uint32_t timesteps)
{
    if (t == 0) {
        return fire_first(table, state, words, rule);
    }
    return t + 1 < timesteps ? fire_next(table, state, words, rule) : fire_last(table, state, words, rule);
}

/* Output pixels of a row, whose lists are ready. */
typedef struct pixel_run {
    uint32_t y;
    uint32_t x;
    uint32_t x_end;
} pixel_run;

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
    const uint32_t *const table = layer->neurons + 16 * TABLE_STEP * index;
    const litesnn_u16 *const first_events = litesnn_list_events(edge, arena, timesteps, 0);
    const litesnn_u16 *first_starts = litesnn_list_starts(edge, arena, 0) + run->x * window->stride_x;
    litesnn_row_base base = litesnn_base_at(edge, format, run->x * window->stride_x) + index * litesnn_group_bytes(rows, format);
    uint8_t *first_to = litesnn_output(arena, out, 0, run->y, run->x) + 4 * index;
    group_state state;
    neuron_rule rule;
    rule.leak_256 = (uint32_t)layer->leak << 8;
    rule.scale = litesnn_both((uint32_t)edge->multiplier * edge->lane_step);
    for (uint32_t x = run->x; x < run->x_end; x++) {
        const litesnn_u16 *starts = first_starts;
        const litesnn_u16 *events = first_events;
        uint8_t *to = first_to;
        for (uint32_t t = 0; t < timesteps; t++) {
            const litesnn_segment found = litesnn_segment_at(starts, events, window->kernel_width);
            if (found.count > 0) {
                litesnn_sum_group(edge, format, base, rows * 16, found, words, state.sums);
            } else {
                litesnn_clear_words(state.sums, words);
            }
            rule.constant = 0u - offset * found.count;
            litesnn_write_spikes(to, fire(table, &state, words, &rule, t, timesteps), left);
            starts += edge->columns;
            events += edge->capacity;
            to += plane;
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
