/* Layers that list the spikes under a row of output pixels, then compute pixel after pixel; see litesnn_rows.h. */
#include "litesnn_rows.h"

#include "litesnn_sums.h"

/* ---- lists ---- */

/* Bits of a word as `last` - leading zeros: the highest first, which is as good an order as any. */
LITESNN_INLINE litesnn_u16 *list_word(uint32_t word, uint32_t last, litesnn_u16 *events)
{
#if LITESNN_THUMB2
    if (word != 0) {
        uint32_t zeros;
        uint32_t event;
        __asm__(".Lnext%=:\n\t"
                "clz %[zeros], %[word]\n\t"
                "sub %[event], %[last], %[zeros]\n\t"
                "lsr %[zeros], %[top], %[zeros]\n\t"
                "strh %[event], [%[events]], #2\n\t"
                "bics %[word], %[word], %[zeros]\n\t"
                "bne .Lnext%="
                : [word] "+&r"(word), [events] "+&r"(events), [zeros] "=&r"(zeros), [event] "=&r"(event)
                : [last] "r"(last), [top] "r"(0x80000000u)
                : "cc", "memory");
    }
#else
    while (word != 0) {
        const uint32_t zeros = litesnn_leading_zeros(word);
        *events++ = (litesnn_u16)(last - zeros);
        word &= ~(0x80000000u >> zeros);
    }
#endif
    return events;
}

/* Lists the bits of `count` bytes; bit 0 of the first byte is event `first`. */
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

/* The pixels of a column that are under the kernel, each of `pixel_bytes`, `row_bytes` and `channels` apart. */
typedef struct column_shape {
    uint32_t rows;
    uint32_t row_bytes;
    uint32_t pixel_bytes;
    uint32_t channels;
} column_shape;

LITESNN_NOINLINE litesnn_u16 *list_column(const uint8_t *bytes, const column_shape *shape, uint32_t first, litesnn_u16 *events)
{
    const column_shape of = *shape;
    for (uint32_t row = 0; row < of.rows; row++) {
        events = list_bytes(bytes, of.pixel_bytes, first, events);
        bytes += of.row_bytes;
        first += of.channels;
    }
    return events;
}

/* Where columns are listed, and how far. */
typedef struct column_list {
    const uint8_t *pixel;
    litesnn_u16 *starts;
    litesnn_u16 *events;
    /* Events of the first column begin here; the end of the columns and of the room for one more. */
    uint32_t first;
    uint32_t column;
    uint32_t column_end;
    const litesnn_u16 *full;
    litesnn_u16 *next;
} column_list;

/* Lists columns where a pixel is one word, as list_column does. */
LITESNN_NOINLINE void list_columns_of_words(column_list *list, const column_shape *shape, uint32_t column_events)
{
    const uint8_t *pixel = list->pixel;
    litesnn_u16 *next = list->next;
    uint32_t last = list->first + 31;
    uint32_t column = list->column;
    const uint32_t skip = column_events - 32 * shape->rows;
    while (column < list->column_end && next <= list->full) {
        const uint8_t *bytes = pixel;
        for (uint32_t row = shape->rows; row > 0; row--) {
            const uint32_t word =
                (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) | ((uint32_t)bytes[3] << 24);
            bytes += shape->row_bytes;
            next = list_word(word, last, next);
            last += 32;
        }
        pixel += 4;
        last += skip;
        column++;
        list->starts[column] = (litesnn_u16)(next - list->events);
    }
    list->next = next;
    list->column = column;
}

LITESNN_NOINLINE void list_columns_of_bytes(column_list *list, const column_shape *shape, uint32_t column_events)
{
    while (list->column < list->column_end && list->next <= list->full) {
        list->next = list_column(list->pixel, shape, list->first, list->next);
        list->pixel += shape->pixel_bytes;
        list->first += column_events;
        list->column++;
        list->starts[list->column] = (litesnn_u16)(list->next - list->events);
    }
}

LITESNN_INLINE uint32_t clamp(int32_t value, uint32_t high)
{
    return value < 0 ? 0 : (uint32_t)value < high ? (uint32_t)value : high;
}

/*
 * What is to be listed for a run of output pixels of one row. Column `i` of the padded source, that is `i` - pad_left of the source,
 * has the events from starts[i] to starts[i + 1].
 */
typedef struct row_view {
    uint32_t ky_first;
    /* Source's row under it, and how many rows are under the kernel. */
    uint32_t row;
    uint32_t rows;
    /* Padded columns. */
    uint32_t first;
    uint32_t end;
} row_view;

static row_view view_row(const litesnn_row_edge *edge, uint32_t y, uint32_t x_first, uint32_t x_end)
{
    const litesnn_window *window = edge->window;
    const int32_t top = (int32_t)(y * window->stride_y) - (int32_t)window->pad_top;
    const uint32_t ky_end = clamp((int32_t)edge->source->parts[0]->height - top, window->kernel_height);
    row_view view;
    view.ky_first = clamp(-top, window->kernel_height);
    view.row = top < 0 ? 0 : (uint32_t)top;
    view.rows = ky_end > view.ky_first ? ky_end - view.ky_first : 0;
    view.first = x_first * window->stride_x;
    view.end = (x_end - 1) * window->stride_x + window->kernel_width;
    return view;
}

/* The same for several populations, whose pixels are concatenated. */
LITESNN_NOINLINE void list_columns_of_parts(column_list *list, const litesnn_source *source, const row_view *view,
                                            const uint8_t *arena, uint32_t t, uint32_t pad, uint32_t column_events)
{
    while (list->column < list->column_end && list->next <= list->full) {
        uint32_t index = list->first;
        for (uint32_t row = 0; row < view->rows; row++) {
            for (uint32_t p = 0; p < source->part_count; p++) {
                const litesnn_spikes *spikes = source->parts[p];
                const uint8_t *pixel = litesnn_pixel(arena, spikes, t, view->row + row, list->column - pad);
                list->next = list_bytes(pixel, spikes->pixel_bytes, index, list->next);
                index += spikes->channels;
            }
        }
        list->first += column_events;
        list->column++;
        list->starts[list->column] = (litesnn_u16)(list->next - list->events);
    }
}

/*
 * Lists padded columns of a timestep, event = (column * kernel_height + ky) * channels + channel, until the end of the view or of
 * the room for one more column. Returns the padded column after the last one listed.
 */
static uint32_t list_columns(const litesnn_row_edge *edge, const row_view *view, const uint8_t *arena, uint32_t t,
                             litesnn_u16 *starts, litesnn_u16 *events)
{
    const litesnn_source *source = edge->source;
    const litesnn_spikes *part = source->parts[0];
    const uint32_t pad = edge->window->pad_left;
    const uint32_t channels = source->channels;
    const uint32_t column_events = edge->window->kernel_height * channels;
    const column_shape shape = {view->rows, (uint32_t)part->width * part->pixel_bytes, part->pixel_bytes, channels};
    const uint32_t inside_end = pad + part->width;
    uint32_t i = view->first;
    starts[i] = 0;
    for (; i < view->end && i < pad; i++) {
        starts[i + 1] = 0;
    }
    if (i == view->end) {
        return i;
    }
    column_list list;
    list.pixel = litesnn_pixel(arena, part, t, view->row, i - pad);
    list.starts = starts;
    list.events = events;
    list.first = (i - pad) * column_events + view->ky_first * channels;
    list.column = i;
    list.column_end = view->end < inside_end ? view->end : inside_end;
    list.full = events + edge->capacity - view->rows * channels;
    list.next = events;
    if (source->part_count > 1) {
        list_columns_of_parts(&list, source, view, arena, t, pad, column_events);
    } else if (channels == 32) {
        list_columns_of_words(&list, &shape, column_events);
    } else {
        list_columns_of_bytes(&list, &shape, column_events);
    }
    i = list.column;
    if (i >= inside_end) {
        for (; i < view->end; i++) {
            starts[i + 1] = (litesnn_u16)(list.next - events);
        }
    }
    return i;
}

LITESNN_INLINE litesnn_u16 *starts_of(const litesnn_row_edge *edge, uint8_t *arena, uint32_t t)
{
    return litesnn_event_list(arena, edge->lists) + t * edge->columns;
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
    uint32_t listed = view.end;
    for (uint32_t t = 0; t < timesteps; t++) {
        const uint32_t end =
            list_columns(edge, &view, arena, t, starts_of(edge, arena, t), events_of(edge, arena, timesteps, t));
        listed = end < listed ? end : listed;
    }
    /* There is room for a whole window at least, so this is more than x_first. */
    return (listed - window->kernel_width) / window->stride_x + 1;
}

/* ---- one group of channels of one pixel ---- */

/* Events of a pixel at a timestep. */
typedef struct segment {
    const litesnn_u16 *events;
    uint32_t count;
} segment;

LITESNN_INLINE segment segment_at(const litesnn_u16 *starts, const litesnn_u16 *events, uint32_t columns)
{
    const uint32_t start = starts[0];
    const segment found = {events + start, starts[columns] - start};
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

/* Bytes of the rows of a column of the window. */
LITESNN_INLINE uint32_t column_bytes(const litesnn_row_edge *edge, uint32_t format)
{
    return ((uint32_t)edge->window->kernel_height * edge->source->channels) << (format == LITESNN_ROWS_PLANES ? 2 : 4);
}

/* Where event 0 has its row if the window begins with padded column `i`. */
LITESNN_INLINE litesnn_row_base base_at(const litesnn_row_edge *edge, uint32_t format, uint32_t i)
{
    const intptr_t column = (intptr_t)i - (intptr_t)edge->window->pad_left;
    return (litesnn_row_base)edge->weights - (litesnn_row_base)(column * (intptr_t)column_bytes(edge, format));
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
    const litesnn_row_edge *edge = layer->edges;
    const litesnn_spikes *out = layer->spikes;
    const litesnn_window *window = edge->window;
    const uint32_t timesteps = layer->timesteps;
    const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
    const uint32_t offset = (uint32_t)edge->multiplier * edge->lane_bias;
    const uint32_t plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    const uint32_t left = out->pixel_bytes - 4 * index;
    const uint32_t words = left > 2 ? 16 : 8;
    const uint32_t *const table = layer->neurons + 16 * TABLE_STEP * index;
    const litesnn_u16 *const first_events = events_of(edge, arena, timesteps, 0);
    const litesnn_u16 *first_starts = starts_of(edge, arena, 0) + run->x * window->stride_x;
    litesnn_row_base base = base_at(edge, format, run->x * window->stride_x) + index * group_bytes(rows, format);
    uint8_t *first_to = litesnn_output(arena, out, 0, run->y, run->x) + 4 * index;
    group_state state;
    neuron_rule rule;
    rule.leak_256 = (uint32_t)layer->leak << 8;
    rule.scale = both((uint32_t)edge->multiplier * edge->lane_step);
    for (uint32_t x = run->x; x < run->x_end; x++) {
        const litesnn_u16 *starts = first_starts;
        const litesnn_u16 *events = first_events;
        uint8_t *to = first_to;
        for (uint32_t t = 0; t < timesteps; t++) {
            const segment found = segment_at(starts, events, window->kernel_width);
            if (found.count > 0) {
                sum_group(edge, format, base, rows * 16, found, words, state.sums);
            } else {
                clear_words(state.sums, words);
            }
            rule.constant = 0u - offset * found.count;
            write_spikes(to, fire(table, &state, words, &rule, t, timesteps), left);
            starts += edge->columns;
            events += edge->capacity;
            to += plane;
        }
        first_starts += window->stride_x;
        first_to += out->pixel_bytes;
        base -= window->stride_x * column_bytes(edge, format);
    }
}

LITESNN_INLINE void run_layer(const litesnn_row_layer *layer, uint32_t format, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    pixel_run run;
    for (run.y = 0; run.y < out->height; run.y++) {
        for (run.x = 0; run.x < out->width; run.x = run.x_end) {
            run.x_end = list_row(layer->edges, arena, layer->timesteps, run.y, run.x, out->width);
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

/* ---- layers of several edges ---- */

/* current += multiplier * (lane_step * sum - lane_bias * count), lane by lane. */
static void add_sums(const litesnn_row_edge *edge, const uint32_t *sums, const uint32_t *multipliers, uint32_t count, uint32_t words,
                     uint32_t *current)
{
    if (multipliers == 0) {
        const uint32_t scale = both((uint32_t)edge->multiplier * edge->lane_step);
        const uint32_t minus_offset = 0u - (uint32_t)edge->multiplier * edge->lane_bias * count;
        for (uint32_t i = 0; i < words; i++) {
            current[TABLE_STEP * i] = litesnn_add16(current[TABLE_STEP * i], litesnn_mla16(sums[i], scale, minus_offset));
        }
        return;
    }
    const uint32_t middle = both(edge->lane_bias * count);
    const uint32_t twice = edge->lane_step == 2 ? 0xFFFFFFFFu : 0;
    for (uint32_t i = 0; i < words; i++) {
        const uint32_t sum = litesnn_sub16(litesnn_add16(sums[i], sums[i] & twice), middle);
        current[TABLE_STEP * i] = litesnn_add16(current[TABLE_STEP * i], litesnn_mla16(sum, multipliers[i], 0));
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
        const uint32_t mask = lane_mask((spikes >> i) & 0x00010001u);
        current[TABLE_STEP * i] = litesnn_add16(current[TABLE_STEP * i], multiplier & mask);
    }
}

/* Sums of a convolution for one group at a pixel and timestep; returns how many events there were. */
static uint32_t sum_edge(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t t, uint32_t x, uint32_t group_index,
                         uint32_t words, uint32_t *sums)
{
    const litesnn_window *window = edge->window;
    const uint32_t column = x * window->stride_x;
    const segment found =
        segment_at(starts_of(edge, arena, t) + column, events_of(edge, arena, timesteps, t), window->kernel_width);
    if (found.count == 0) {
        clear_words(sums, words);
    } else {
        const uint32_t rows = (uint32_t)window->kernel_width * window->kernel_height * edge->source->channels;
        const litesnn_row_base base = base_at(edge, edge->format, column) + group_index * group_bytes(rows, edge->format);
        sum_group(edge, edge->format, base, rows * 16, found, words, sums);
    }
    return found.count;
}

/* A group of neurons while its timesteps run. */
typedef struct group_run {
    uint32_t index;
    uint32_t words;
    neuron_rule rule;
    group_state state;
    /* As the layer's, with the current of a timestep in place of the bias. */
    uint32_t table[16 * TABLE_STEP];
} group_run;

/* Spikes of one group at a pixel and timestep. */
static uint32_t run_group(const litesnn_row_layer *layer, uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, group_run *run)
{
    const uint32_t words = run->words;
    const uint32_t *const table = layer->neurons + 16 * TABLE_STEP * run->index;
    for (uint32_t i = 0; i < words; i++) {
        run->table[TABLE_STEP * i] = table[TABLE_STEP * i];
    }
    /* Where no convolution goes straight to the neurons, there is nothing to add to the current. */
    run->rule.scale = 0;
    run->rule.constant = 0;
    for (uint32_t e = 0; e < layer->edge_count; e++) {
        const litesnn_row_edge *edge = layer->edges + e;
        const uint32_t *multipliers = edge->multipliers == 0 ? 0 : edge->multipliers + 16 * run->index;
        if (edge->window == 0) {
            const litesnn_spikes *spikes = edge->source->parts[0];
            const uint8_t *bytes = litesnn_pixel(arena, spikes, t, y, x) + 4 * run->index;
            add_identity(edge, bytes, spikes->pixel_bytes - 4 * run->index, multipliers, words, run->table);
            continue;
        }
        const uint32_t count = sum_edge(edge, arena, layer->timesteps, t, x, run->index, words, run->state.sums);
        if (e + 1u == layer->edge_count && multipliers == 0) {
            run->rule.scale = both((uint32_t)edge->multiplier * edge->lane_step);
            run->rule.constant = 0u - (uint32_t)edge->multiplier * edge->lane_bias * count;
        } else if (count > 0) {
            add_sums(edge, run->state.sums, multipliers, count, words, run->table);
        }
    }
    return fire(run->table, &run->state, words, &run->rule, t, layer->timesteps);
}

/* All timesteps of a group at a pixel. */
static void run_timesteps(const litesnn_row_layer *layer, uint8_t *arena, uint32_t y, uint32_t x, group_run *run)
{
    const litesnn_spikes *out = layer->spikes;
    const uint32_t left = out->pixel_bytes - 4 * run->index;
    const uint32_t *const table = layer->neurons + 16 * TABLE_STEP * run->index;
    run->words = left > 2 ? 16 : 8;
    for (uint32_t i = 0; i < run->words; i++) {
        run->table[TABLE_STEP * i + 1] = table[TABLE_STEP * i + 1];
        run->state.sums[i] = 0;
    }
    for (uint32_t t = 0; t < layer->timesteps; t++) {
        const uint32_t spikes = run_group(layer, arena, t, y, x, run);
        write_spikes(litesnn_output(arena, out, t, y, x) + 4 * run->index, spikes, left);
    }
}

void litesnn_run_rows_mixed(const litesnn_row_layer *layer, uint8_t *arena)
{
    const litesnn_spikes *out = layer->spikes;
    group_run run;
    run.rule.leak_256 = (uint32_t)layer->leak << 8;
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
            for (run.index = 0; 32 * run.index < out->channels; run.index++) {
                run_timesteps(layer, arena, y, x, &run);
            }
        }
    }
}
