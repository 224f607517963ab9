/* Layers of several edges of spikes: currents of 32 bits of 32 channels at a time, then their neurons through all timesteps. */
#include "litesnn_neurons.h"
#include "litesnn_row_sums.h"

enum { GROUP = 32 };

/* One group of output channels at a pixel. */
typedef struct place {
    uint32_t y;
    uint32_t x;
    uint32_t index;
    /* Words of sums: 16, or 8 in a last group of up to 16 channels. */
    uint32_t words;
} place;

/* Sums of an edge as signed lanes: lane_step * sum - lane_bias * count. */
typedef struct centred {
    const litesnn_word *sums;
    uint32_t words;
    uint32_t lane_step;
    uint32_t middle;
} centred;

/* How to multiply, and what to add to: `from` has `from_step` words for a channel. */
typedef struct products {
    const uint32_t *multipliers;
    uint32_t uniform;
    const litesnn_i32 *from;
    uint32_t from_step;
} products;

/* currents = from + multiplier * sum. Constants in `with` and `lane_step` make a loop of their own for each caller. */
LITESNN_INLINE void add_products(const centred *of, uint32_t lane_step, products with, litesnn_i32 *currents)
{
    const uint32_t words = of->words;
    const uint32_t middle = of->middle;
    const litesnn_word *sums = of->sums;
    const litesnn_i32 *from_low = with.from;
    const litesnn_i32 *from_high = with.from + words * with.from_step;
    litesnn_i32 *high = currents + words;
    litesnn_i32 *const end = high;
    while (currents != end) {
        litesnn_pair sum = litesnn_load2(sums);
        litesnn_pair multiplier = {with.uniform, with.uniform};
        if (with.multipliers != 0) {
            multiplier = litesnn_load2(with.multipliers);
            with.multipliers += 2;
        }
        if (lane_step == 2) {
            sum.a = litesnn_add16(sum.a, sum.a);
            sum.b = litesnn_add16(sum.b, sum.b);
        }
        sum.a = litesnn_sub16(sum.a, middle);
        sum.b = litesnn_sub16(sum.b, middle);
        currents[0] = litesnn_mla32_low(sum.a, multiplier.a, from_low[0]);
        currents[1] = litesnn_mla32_low(sum.b, multiplier.b, from_low[with.from_step]);
        high[0] = litesnn_mla32_high(sum.a, multiplier.a, from_high[0]);
        high[1] = litesnn_mla32_high(sum.b, multiplier.b, from_high[with.from_step]);
        sums += 2;
        currents += 2;
        high += 2;
        from_low += 2 * with.from_step;
        from_high += 2 * with.from_step;
    }
}

LITESNN_INLINE void add_stepped(const centred *of, products with, litesnn_i32 *currents)
{
    if (of->lane_step == 2) {
        add_products(of, 2, with, currents);
    } else {
        add_products(of, 1, with, currents);
    }
}

LITESNN_NOINLINE void start_uniform(const centred *of, uint32_t uniform, const int32_t *neurons, litesnn_i32 *currents)
{
    const products with = {0, uniform, neurons, 2};
    add_stepped(of, with, currents);
}

LITESNN_NOINLINE void start_scaled(const centred *of, const uint32_t *multipliers, const int32_t *neurons, litesnn_i32 *currents)
{
    const products with = {multipliers, 0, neurons, 2};
    add_stepped(of, with, currents);
}

LITESNN_NOINLINE void add_uniform(const centred *of, uint32_t uniform, litesnn_i32 *currents)
{
    const products with = {0, uniform, currents, 1};
    add_stepped(of, with, currents);
}

LITESNN_NOINLINE void add_scaled(const centred *of, const uint32_t *multipliers, litesnn_i32 *currents)
{
    const products with = {multipliers, 0, currents, 1};
    add_stepped(of, with, currents);
}

LITESNN_NOINLINE void start_bias(const int32_t *neurons, uint32_t channels, litesnn_i32 *currents)
{
    for (uint32_t c = 0; c < channels; c++) {
        currents[c] = neurons[2 * c];
    }
}

/* Lane 1 of a word has a channel of the second half. */
LITESNN_INLINE int32_t lane_of(const uint32_t *lanes, uint32_t channel, uint32_t words)
{
    return channel < words ? (int32_t)(lanes[channel] << 16) >> 16 : (int32_t)lanes[channel - words] >> 16;
}

/* Adds the multipliers of the channels that spike. */
LITESNN_NOINLINE void add_spikes(const litesnn_row_edge *edge, const uint8_t *bytes, const place *at, litesnn_i32 *currents)
{
    const uint32_t count = edge->source->parts[0]->pixel_bytes - 4 * at->index;
    const uint32_t *multipliers = edge->multipliers == 0 ? 0 : edge->multipliers + 16 * at->index;
    for (uint32_t i = 0; i < 4 && i < count; i++) {
        uint32_t byte = bytes[i];
        while (byte != 0) {
            const uint32_t bit = 31 - litesnn_leading_zeros(byte);
            const uint32_t channel = 8 * i + bit;
            byte ^= 1u << bit;
            currents[channel] += multipliers == 0 ? edge->multiplier : lane_of(multipliers, channel, at->words);
        }
    }
}

/* Sums of a convolution; returns how many events there were. */
LITESNN_INLINE uint32_t sum_events(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t t, const place *at,
                                   litesnn_word *sums)
{
    const litesnn_window *window = edge->window;
    const uint32_t column = at->x * window->stride_x;
    const litesnn_segment found = litesnn_segment_at(litesnn_list_starts(edge, arena, t) + column,
                                                     litesnn_list_events(edge, arena, timesteps, t), window->kernel_width);
    if (found.count > 0) {
        const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
        const litesnn_row_base base =
            litesnn_base_at(edge, edge->format, column) + at->index * litesnn_group_bytes(rows, edge->format);
        litesnn_sum_group(edge, edge->format, base, rows * 16, found, at->words, sums);
    }
    return found.count;
}

/* Currents of a group at one timestep. */
static void sum_edges(const litesnn_wide_layer *layer, uint8_t *arena, uint32_t t, const place *at, litesnn_i32 *currents)
{
    const int32_t *neurons = layer->neurons + 2 * GROUP * at->index;
    uint32_t sums[16];
    int started = 0;
    for (uint32_t e = 0; e < layer->edge_count; e++) {
        const litesnn_row_edge *edge = layer->edges + e;
        if (edge->window == 0) {
            if (!started) {
                start_bias(neurons, 2 * at->words, currents);
            }
            add_spikes(edge, litesnn_pixel(arena, edge->source->parts[0], t, at->y, at->x) + 4 * at->index, at, currents);
            started = 1;
            continue;
        }
        const uint32_t count = sum_events(edge, arena, layer->timesteps, t, at, sums);
        if (count == 0) {
            continue;
        }
        const centred of = {sums, at->words, edge->lane_step, litesnn_both(edge->lane_bias * count)};
        const uint32_t uniform = litesnn_both((uint32_t)edge->multiplier);
        const uint32_t *multipliers = edge->multipliers == 0 ? 0 : edge->multipliers + 16 * at->index;
        if (started) {
            if (edge->multipliers == 0) {
                add_uniform(&of, uniform, currents);
            } else {
                add_scaled(&of, multipliers, currents);
            }
        } else if (edge->multipliers == 0) {
            start_uniform(&of, uniform, neurons, currents);
        } else {
            start_scaled(&of, multipliers, neurons, currents);
        }
        started = 1;
    }
    if (!started) {
        start_bias(neurons, 2 * at->words, currents);
    }
}

/* Filled up channels have sums as well: their neurons must stay at rest. */
static void clear_filling(litesnn_i32 *currents, uint32_t channels, uint32_t timesteps)
{
    const uint32_t end = (channels + LITESNN_EIGHT - 1) / LITESNN_EIGHT * LITESNN_EIGHT;
    for (uint32_t t = 0; t < timesteps; t++) {
        for (uint32_t c = channels; c < end; c++) {
            currents[c] = 0;
        }
        currents += GROUP;
    }
}

static void run_group(const litesnn_wide_layer *layer, uint8_t *arena, const place *at)
{
    const litesnn_spikes *out = layer->spikes;
    litesnn_i32 *const currents = litesnn_numbers(arena, layer->currents);
    const uint32_t left = out->channels - GROUP * at->index;
    const uint32_t channels = left < GROUP ? left : GROUP;
    litesnn_eight group;
    for (uint32_t t = 0; t < layer->timesteps; t++) {
        sum_edges(layer, arena, t, at, currents + GROUP * t);
    }
    if (channels % LITESNN_EIGHT != 0) {
        clear_filling(currents, channels, layer->timesteps);
    }
    group.neurons = layer->neurons + 2 * GROUP * at->index;
    group.currents = currents;
    group.current_step = GROUP;
    group.leak = layer->leak;
    group.to = litesnn_output(arena, out, 0, at->y, at->x) + 4 * at->index;
    group.plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    for (uint32_t first = 0; first < channels; first += LITESNN_EIGHT) {
        litesnn_fire_eight(&group, layer->timesteps);
        group.neurons += 2 * LITESNN_EIGHT;
        group.currents += LITESNN_EIGHT;
        group.to++;
    }
}

void litesnn_run_wide(const litesnn_wide_layer *layer, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    place at;
    for (at.y = 0; at.y < out->height; at.y++) {
        uint32_t x_end = 0;
        for (at.x = 0; at.x < out->width; at.x++) {
            if (at.x == x_end) {
                x_end = out->width;
                for (uint32_t e = 0; e < layer->edge_count; e++) {
                    if (layer->edges[e].window != 0) {
                        x_end = litesnn_list_row(layer->edges + e, arena, layer->timesteps, at.y, at.x, x_end);
                    }
                }
            }
            for (at.index = 0; GROUP * at.index < out->channels; at.index++) {
                at.words = out->pixel_bytes - 4 * at.index > 2 ? 16 : 8;
                run_group(layer, arena, &at);
            }
        }
    }
}
