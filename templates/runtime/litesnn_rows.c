/* Layers that list the spikes under a row of output pixels, then compute pixel after pixel; see litesnn_rows.h. */
#include "litesnn_rows.h"

#include "litesnn_sums.h"

/* ---- lists ---- */

/* Bits of a word as `last` - leading zeros: the highest first, which is as good an order as any. */
LITESNN_INLINE litesnn_u16 *list_word(uint32_t word, uint32_t last, litesnn_u16 *events)
{
    while (word != 0) {
        const uint32_t zeros = litesnn_leading_zeros(word);
        *events++ = (litesnn_u16)(last - zeros);
        word &= ~(0x80000000u >> zeros);
    }
    return events;
}

LITESNN_INLINE litesnn_u16 *list_bytes(const uint8_t *bytes, uint32_t count, uint32_t first, litesnn_u16 *events)
{
    uint32_t last = first + 31;
    for (; count >= 4; count -= 4) {
        const uint32_t word =
            (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) | ((uint32_t)bytes[3] << 24);
        events = list_word(word, last, events);
        bytes += 4;
        last += 32;
    }
    if (count > 0) {
        uint32_t word = bytes[0];
        word |= count > 1 ? (uint32_t)bytes[1] << 8 : 0;
        word |= count > 2 ? (uint32_t)bytes[2] << 16 : 0;
        events = list_word(word, last, events);
    }
    return events;
}

/* What is to be listed for a run of output pixels of one row. */
typedef struct row_view {
    uint32_t y;
    /* Rows of the kernel that are inside the source, the source's row under the first of them. */
    uint32_t ky_first;
    uint32_t ky_end;
    uint32_t row;
    uint32_t column_first;
    uint32_t column_end;
} row_view;

LITESNN_INLINE uint32_t clamp(int32_t value, uint32_t high)
{
    return value < 0 ? 0 : (uint32_t)value < high ? (uint32_t)value : high;
}

static row_view view_row(const litesnn_row_edge *edge, uint32_t y, uint32_t x_first, uint32_t x_end)
{
    const litesnn_window *window = edge->window;
    const litesnn_spikes *spikes = edge->source->parts[0];
    const int32_t top = (int32_t)(y * window->stride_y) - (int32_t)window->pad_top;
    const int32_t left = (int32_t)(x_first * window->stride_x) - (int32_t)window->pad_left;
    const int32_t right = (int32_t)((x_end - 1) * window->stride_x + window->kernel_width) - (int32_t)window->pad_left;
    row_view view;
    view.y = y;
    view.ky_first = clamp(-top, window->kernel_height);
    view.ky_end = clamp((int32_t)spikes->height - top, window->kernel_height);
    view.row = top < 0 ? 0 : (uint32_t)top;
    view.column_first = clamp(left, spikes->width);
    view.column_end = clamp(right, spikes->width);
    return view;
}

/*
 * Lists columns of a timestep, event = (column * kernel_height + ky) * channels + channel, until the end of the view or of the
 * room for one more column. Returns the column after the last one listed.
 */
static uint32_t list_columns(const litesnn_row_edge *edge, const row_view *view, const uint8_t *arena, uint32_t t,
                             litesnn_u16 *starts, litesnn_u16 *events)
{
    const litesnn_source *source = edge->source;
    const litesnn_spikes *part = source->parts[0];
    const uint32_t kernel_height = edge->window->kernel_height;
    const uint32_t channels = source->channels;
    const uint32_t rows = view->ky_end > view->ky_first ? view->ky_end - view->ky_first : 0;
    const litesnn_u16 *const full = events + edge->capacity - rows * channels;
    const uint32_t row_bytes = (uint32_t)part->width * part->pixel_bytes;
    const uint8_t *pixel = litesnn_pixel(arena, part, t, view->row, view->column_first);
    litesnn_u16 *next = events;
    uint32_t column = view->column_first;
    uint32_t first = (column * kernel_height + view->ky_first) * channels;
    starts[column] = 0;
    for (; column < view->column_end && next <= full; column++) {
        if (source->part_count == 1) {
            const uint8_t *bytes = pixel;
            const uint32_t pixel_bytes = part->pixel_bytes;
            uint32_t index = first;
            for (uint32_t row = 0; row < rows; row++) {
                next = list_bytes(bytes, pixel_bytes, index, next);
                bytes += row_bytes;
                index += channels;
            }
            pixel += pixel_bytes;
        } else {
            uint32_t index = first;
            for (uint32_t row = 0; row < rows; row++) {
                for (uint32_t p = 0; p < source->part_count; p++) {
                    const litesnn_spikes *spikes = source->parts[p];
                    next = list_bytes(litesnn_pixel(arena, spikes, t, view->row + row, column), spikes->pixel_bytes, index, next);
                    index += spikes->channels;
                }
            }
        }
        first += kernel_height * channels;
        starts[column + 1] = (litesnn_u16)(next - events);
    }
    return column;
}

LITESNN_INLINE litesnn_u16 *starts_of(const litesnn_row_edge *edge, uint8_t *arena, uint32_t t)
{
    return litesnn_event_list(arena, edge->lists) + t * (edge->source->parts[0]->width + 1u);
}

LITESNN_INLINE litesnn_u16 *events_of(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t t)
{
    return starts_of(edge, arena, timesteps) + t * edge->capacity;
}

/* Lists all timesteps; returns the output pixel after the last one whose window is listed whole. */
static uint32_t list_row(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t y, uint32_t x_first,
                         uint32_t x_end)
{
    const litesnn_window *window = edge->window;
    const row_view view = view_row(edge, y, x_first, x_end);
    uint32_t listed = view.column_end;
    for (uint32_t t = 0; t < timesteps; t++) {
        const uint32_t end =
            list_columns(edge, &view, arena, t, starts_of(edge, arena, t), events_of(edge, arena, timesteps, t));
        listed = end < listed ? end : listed;
    }
    if (listed >= view.column_end) {
        return x_end;
    }
    /* There is room for a whole window at least, so this is more than x_first. */
    return (listed + window->pad_left - window->kernel_width) / window->stride_x + 1;
}

/* ---- one group of channels of one pixel ---- */

/* Events of a pixel at a timestep. */
typedef struct segment {
    const litesnn_u16 *events;
    uint32_t count;
} segment;

LITESNN_INLINE segment segment_at(const litesnn_u16 *starts, const litesnn_u16 *events, uint32_t column_first, uint32_t column_end)
{
    const uint32_t start = starts[column_first];
    const segment found = {events + start, starts[column_end] - start};
    return found;
}

/* Sums of the lanes of a group; the caller sees to it that there are events. */
LITESNN_INLINE void sum_group(const litesnn_row_edge *edge, uint32_t format, litesnn_row_base base, uint32_t block_bytes,
                              segment events, uint32_t words, uint32_t *sums)
{
    if (format == LITESNN_ROWS_PLANES) {
        litesnn_sum_planes(base, events.events, events.count, words, sums);
    } else if (format == LITESNN_ROWS_NIBBLES && words > 8) {
        litesnn_sum_nibbles(base, events.events, events.count, edge->burst, edge->fill, sums);
    } else {
        const uint32_t burst = format == LITESNN_ROWS_NIBBLES ? edge->fill : edge->burst;
        litesnn_sum_bytes(base, events.events, events.count, burst, sums);
        if (words > 8) {
            litesnn_sum_bytes(base + block_bytes, events.events, events.count, burst, sums + 8);
        }
    }
}

LITESNN_INLINE void clear_words(uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        words[i] = 0;
    }
}

/* Neurons of a group, `words` words of two lanes. */
typedef struct group {
    const uint32_t *bias;
    const uint32_t *threshold;
    uint32_t *membrane;
    uint32_t words;
    uint32_t leak_256;
} group;

/*
 * Neurons of two words: I = bias + scale * sums - offset. At the first timestep there is no membrane yet.
 * Returns the spikes, bits 0 and 16 for the first word, 1 and 17 for the second.
 */
LITESNN_INLINE uint32_t fire_words(const group *neurons, uint32_t i, litesnn_pair sum, uint32_t scale, uint32_t minus_offset,
                                   int first)
{
    const litesnn_pair bias = litesnn_load2(neurons->bias + i);
    const litesnn_pair threshold = litesnn_load2(neurons->threshold + i);
    uint32_t low_a = minus_offset, high_a = minus_offset, low_b = minus_offset, high_b = minus_offset;
    if (!first) {
        const litesnn_pair v = litesnn_load2(neurons->membrane + i);
        low_a = litesnn_leak_low(neurons->leak_256, v.a, minus_offset);
        high_a = litesnn_leak_high(neurons->leak_256, v.a, minus_offset);
        low_b = litesnn_leak_low(neurons->leak_256, v.b, minus_offset);
        high_b = litesnn_leak_high(neurons->leak_256, v.b, minus_offset);
    }
    const uint32_t current_a = litesnn_pack(litesnn_mla_low(sum.a, scale, low_a), litesnn_mla_high(sum.a, scale, high_a));
    const uint32_t current_b = litesnn_pack(litesnn_mla_low(sum.b, scale, low_b), litesnn_mla_high(sum.b, scale, high_b));
    litesnn_pair kept;
    const uint32_t spikes_a = litesnn_fire16(litesnn_add16(current_a, bias.a), threshold.a, &kept.a);
    const uint32_t spikes_b = litesnn_fire16(litesnn_add16(current_b, bias.b), threshold.b, &kept.b);
    litesnn_store2(neurons->membrane + i, kept);
    return spikes_a | (spikes_b << 1);
}

LITESNN_INLINE uint32_t fire_group(const group *neurons, const uint32_t *sums, uint32_t scale, uint32_t minus_offset, int first)
{
    uint32_t spikes = 0;
    for (uint32_t i = 0; i < neurons->words; i += 8) {
        uint32_t eight = fire_words(neurons, i, litesnn_load2(sums + i), scale, minus_offset, first);
        eight |= fire_words(neurons, i + 2, litesnn_load2(sums + i + 2), scale, minus_offset, first) << 2;
        eight |= fire_words(neurons, i + 4, litesnn_load2(sums + i + 4), scale, minus_offset, first) << 4;
        eight |= fire_words(neurons, i + 6, litesnn_load2(sums + i + 6), scale, minus_offset, first) << 6;
        spikes |= eight << i;
    }
    /* The upper lanes of a group of 16 are channels 8 to 15. */
    return neurons->words > 8 ? spikes : (spikes & 0xFFu) | (spikes >> 8);
}

LITESNN_INLINE void write_spikes(uint8_t *to, uint32_t spikes, uint32_t bytes)
{
    if (bytes >= 4) {
        to[0] = (uint8_t)spikes;
        to[1] = (uint8_t)(spikes >> 8);
        to[2] = (uint8_t)(spikes >> 16);
        to[3] = (uint8_t)(spikes >> 24);
        return;
    }
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(spikes >> (8 * i));
    }
}

/* ---- layers of one edge ---- */

/* A lane in both halves of a word. */
LITESNN_INLINE uint32_t both(uint32_t lane)
{
    return litesnn_pack(lane, lane);
}

/* Bytes from the first group of weights to the next, and from the first block of 16 channels of bytes to the next. */
LITESNN_INLINE uint32_t group_bytes(uint32_t rows, uint32_t format)
{
    return format == LITESNN_ROWS_PLANES ? rows * 4 : format == LITESNN_ROWS_NIBBLES ? rows * 16 : rows * 32;
}

/* The part of the rows under a window that is inside the source, and where its weights are. */
typedef struct span {
    uint32_t column_first;
    uint32_t column_end;
    litesnn_row_base base;
} span;

LITESNN_INLINE span span_at(const litesnn_row_edge *edge, uint32_t format, uint32_t x)
{
    const litesnn_window *window = edge->window;
    const litesnn_source *source = edge->source;
    const uint32_t width = source->parts[0]->width;
    const int32_t left = (int32_t)(x * window->stride_x) - (int32_t)window->pad_left;
    const uint32_t column_rows = (uint32_t)window->kernel_height * source->channels;
    const uint32_t shift = format == LITESNN_ROWS_PLANES ? 2 : 4;
    span found;
    found.column_first = clamp(left, width);
    found.column_end = clamp(left + (int32_t)window->kernel_width, width);
    found.base = (litesnn_row_base)edge->weights - ((litesnn_row_base)((intptr_t)left * (intptr_t)column_rows) << shift);
    return found;
}

/* All pixels of a row from x to x_end, which are listed. */
LITESNN_INLINE void run_pixels(const litesnn_row_layer *layer, uint32_t format, uint8_t *arena, uint32_t y, uint32_t x,
                               uint32_t x_end)
{
    const litesnn_row_edge *edge = layer->edges;
    const litesnn_spikes *out = layer->spikes;
    const litesnn_window *window = edge->window;
    const uint32_t timesteps = layer->timesteps;
    const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
    const uint32_t multiplier = (uint32_t)edge->multiplier;
    const uint32_t scale = both(multiplier * edge->lane_step);
    const uint32_t offset = multiplier * edge->lane_bias;
    const uint32_t plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    const uint32_t starts_step = edge->source->parts[0]->width + 1u;
    uint32_t membrane[16];
    uint32_t sums[16];
    group neurons;
    neurons.membrane = membrane;
    neurons.leak_256 = (uint32_t)layer->leak << 8;
    for (; x < x_end; x++) {
        const span under = span_at(edge, format, x);
        litesnn_row_base base = under.base;
        uint8_t *pixel = litesnn_output(arena, out, 0, y, x);
        neurons.bias = layer->bias;
        neurons.threshold = layer->threshold;
        for (uint32_t channel = 0; channel < out->channels; channel += 32) {
            const uint32_t left = out->pixel_bytes - channel / 8;
            const litesnn_u16 *starts = starts_of(edge, arena, 0);
            const litesnn_u16 *events = events_of(edge, arena, timesteps, 0);
            uint8_t *to = pixel + channel / 8;
            neurons.words = left > 2 ? 16 : 8;
            for (uint32_t t = 0; t < timesteps; t++) {
                const segment found = segment_at(starts, events, under.column_first, under.column_end);
                if (found.count > 0) {
                    sum_group(edge, format, base, rows * 16, found, neurons.words, sums);
                } else {
                    clear_words(sums, neurons.words);
                }
                const uint32_t minus_offset = 0u - offset * found.count;
                const uint32_t spikes = t == 0 ? fire_group(&neurons, sums, scale, minus_offset, 1)
                                               : fire_group(&neurons, sums, scale, minus_offset, 0);
                write_spikes(to, spikes, left);
                starts += starts_step;
                events += edge->capacity;
                to += plane;
            }
            base += group_bytes(rows, format);
            neurons.bias += 16;
            neurons.threshold += 16;
        }
    }
}

LITESNN_INLINE void run_layer(const litesnn_row_layer *layer, uint32_t format, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    for (uint32_t y = 0; y < out->height; y++) {
        for (uint32_t x = 0; x < out->width;) {
            const uint32_t x_end = list_row(layer->edges, arena, layer->timesteps, y, x, out->width);
            run_pixels(layer, format, arena, y, x, x_end);
            x = x_end;
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

/* ---- layers of several edges ---- */

/* current += multiplier * (lane_step * sum - lane_bias * count), lane by lane. */
static void add_sums(const litesnn_row_edge *edge, const uint32_t *sums, const uint32_t *multipliers, uint32_t count, uint32_t words,
                     uint32_t *current)
{
    if (multipliers == 0) {
        const uint32_t scale = both((uint32_t)edge->multiplier * edge->lane_step);
        const uint32_t minus_offset = 0u - (uint32_t)edge->multiplier * edge->lane_bias * count;
        for (uint32_t i = 0; i < words; i++) {
            const uint32_t low = litesnn_mla_low(sums[i], scale, minus_offset);
            const uint32_t high = litesnn_mla_high(sums[i], scale, minus_offset);
            current[i] = litesnn_add16(current[i], litesnn_pack(low, high));
        }
        return;
    }
    const uint32_t middle = both(edge->lane_bias * count);
    const uint32_t twice = edge->lane_step == 2 ? 0xFFFFFFFFu : 0;
    for (uint32_t i = 0; i < words; i++) {
        const uint32_t sum = litesnn_sub16(litesnn_add16(sums[i], sums[i] & twice), middle);
        const uint32_t product = litesnn_pack(litesnn_mla_low(sum, multipliers[i], 0), litesnn_mla_high(sum, multipliers[i], 0));
        current[i] = litesnn_add16(current[i], product);
    }
}

/* All ones in the lanes whose bit 0 is set. */
LITESNN_INLINE uint32_t lane_mask(uint32_t bits)
{
    return (bits << 16) - bits;
}

static void add_identity(const litesnn_row_edge *edge, const uint8_t *bytes, uint32_t left, const uint32_t *multipliers,
                         uint32_t words, uint32_t *current)
{
    uint32_t spikes = 0;
    for (uint32_t i = 0; i < 4 && i < left; i++) {
        spikes |= (uint32_t)bytes[i] << (8 * i);
    }
    if (words == 8) {
        spikes = (spikes & 0xFFu) | ((spikes & 0xFF00u) << 8);
    }
    const uint32_t uniform = both((uint32_t)edge->multiplier);
    for (uint32_t i = 0; i < words; i++) {
        const uint32_t multiplier = multipliers == 0 ? uniform : multipliers[i];
        current[i] = litesnn_add16(current[i], multiplier & lane_mask((spikes >> i) & 0x00010001u));
    }
}

/* Sums of a convolution for one group at a pixel and timestep; returns how many events there were. */
static uint32_t sum_edge(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t t, uint32_t x, uint32_t group_index,
                         uint32_t words, uint32_t *sums)
{
    const span under = span_at(edge, edge->format, x);
    const segment found = segment_at(starts_of(edge, arena, t), events_of(edge, arena, timesteps, t), under.column_first,
                                     under.column_end);
    if (found.count == 0) {
        clear_words(sums, words);
    } else {
        const litesnn_window *window = edge->window;
        const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
        sum_group(edge, edge->format, under.base + group_index * group_bytes(rows, edge->format), rows * 16, found, words, sums);
    }
    return found.count;
}

/* Spikes of one group at a pixel and timestep. */
static uint32_t run_group(const litesnn_row_layer *layer, uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, uint32_t group_index,
                          group *neurons)
{
    static const uint32_t no_bias[16] = {0};
    const uint32_t words = neurons->words;
    const uint32_t *const bias = layer->bias + 16 * group_index;
    uint32_t current[16];
    uint32_t sums[16];
    for (uint32_t i = 0; i < words; i++) {
        current[i] = bias[i];
    }
    neurons->bias = current;
    for (uint32_t e = 0; e < layer->edge_count; e++) {
        const litesnn_row_edge *edge = layer->edges + e;
        const uint32_t *multipliers = edge->multipliers == 0 ? 0 : edge->multipliers + 16 * group_index;
        if (edge->window == 0) {
            const litesnn_spikes *spikes = edge->source->parts[0];
            const uint8_t *bytes = litesnn_pixel(arena, spikes, t, y, x) + 4 * group_index;
            add_identity(edge, bytes, spikes->pixel_bytes - 4 * group_index, multipliers, words, current);
            continue;
        }
        const uint32_t count = sum_edge(edge, arena, layer->timesteps, t, x, group_index, words, sums);
        if (e + 1u == layer->edge_count && multipliers == 0) {
            /* The last one goes straight to the neurons. */
            const uint32_t scale = both((uint32_t)edge->multiplier * edge->lane_step);
            return fire_group(neurons, sums, scale, 0u - (uint32_t)edge->multiplier * edge->lane_bias * count, t == 0);
        }
        if (count > 0) {
            add_sums(edge, sums, multipliers, count, words, current);
        }
    }
    neurons->bias = no_bias;
    return fire_group(neurons, current, both(1), 0, t == 0);
}

void litesnn_run_rows_mixed(const litesnn_row_layer *layer, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    uint32_t membrane[16];
    group neurons;
    neurons.membrane = membrane;
    neurons.leak_256 = (uint32_t)layer->leak << 8;
    for (uint32_t y = 0; y < out->height; y++) {
        uint32_t x_end = 0;
        for (uint32_t x = 0; x < out->width; x++) {
            if (x == x_end) {
                x_end = out->width;
                for (uint32_t e = 0; e < layer->edge_count; e++) {
                    if (layer->edges[e].window != 0) {
                        x_end = list_row(layer->edges + e, arena, layer->timesteps, y, x, x_end);
                    }
                }
            }
            for (uint32_t g = 0; 32 * g < out->channels; g++) {
                const uint32_t left = out->pixel_bytes - 4 * g;
                neurons.threshold = layer->threshold + 16 * g;
                neurons.words = left > 2 ? 16 : 8;
                for (uint32_t t = 0; t < layer->timesteps; t++) {
                    const uint32_t spikes = run_group(layer, arena, t, y, x, g, &neurons);
                    write_spikes(litesnn_output(arena, out, t, y, x) + 4 * g, spikes, left);
                }
            }
        }
    }
}
