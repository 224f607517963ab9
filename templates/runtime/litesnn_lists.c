/* Lists of the spikes under a row of output pixels. */
#include "litesnn_row_sums.h"

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

/* Lists columns where a pixel is whole words, as list_column does. */
LITESNN_NOINLINE void list_columns_of_words(column_list *list, const column_shape *shape, uint32_t column_events)
{
    const uint8_t *pixel = list->pixel;
    litesnn_u16 *next = list->next;
    uint32_t last = list->first + 31;
    uint32_t column = list->column;
    const uint32_t pixel_bytes = shape->pixel_bytes;
    const uint32_t down = shape->row_bytes - pixel_bytes;
    const uint32_t skip = column_events - 8 * pixel_bytes * shape->rows;
    while (column < list->column_end && next <= list->full) {
        const uint8_t *bytes = pixel;
        for (uint32_t row = shape->rows; row > 0; row--) {
            const uint8_t *const end = bytes + pixel_bytes;
            do {
                const uint32_t word =
                    (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) | ((uint32_t)bytes[3] << 24);
                bytes += 4;
                next = list_word(word, last, next);
                last += 32;
            } while (bytes != end);
            bytes += down;
        }
        pixel += pixel_bytes;
        last += skip;
        column++;
        list->starts[column] = (litesnn_u16)(next - list->events);
    }
    list->next = next;
    list->column = column;
}

/* Lists columns where a pixel is two bytes of 16 channels: the rows of a column follow each other without a gap, two of them are a word. */
LITESNN_NOINLINE void list_columns_of_halves(column_list *list, const column_shape *shape, uint32_t column_events)
{
    const uint8_t *pixel = list->pixel;
    litesnn_u16 *next = list->next;
    uint32_t last = list->first + 31;
    uint32_t column = list->column;
    const uint32_t skip = column_events - 16 * shape->rows;
    while (column < list->column_end && next <= list->full) {
        const uint8_t *bytes = pixel;
        uint32_t rows = shape->rows;
        for (; rows >= 2; rows -= 2) {
            const uint8_t *below = bytes + shape->row_bytes;
            const uint32_t word =
                (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)below[0] << 16) | ((uint32_t)below[1] << 24);
            bytes = below + shape->row_bytes;
            next = list_word(word, last, next);
            last += 32;
        }
        if (rows > 0) {
            next = list_word((uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8), last, next);
            last += 16;
        }
        pixel += 2;
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
    } else if (channels % 32 == 0) {
        list_columns_of_words(&list, &shape, column_events);
    } else if (channels == 16) {
        list_columns_of_halves(&list, &shape, column_events);
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

uint32_t litesnn_list_row(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t y, uint32_t x_first,
                          uint32_t x_end)
{
    const litesnn_window *window = edge->window;
    const row_view view = view_row(edge, y, x_first, x_end);
    uint32_t listed = view.end;
    for (uint32_t t = 0; t < timesteps; t++) {
        const uint32_t end =
            list_columns(edge, &view, arena, t, litesnn_list_starts(edge, arena, t), litesnn_list_events(edge, arena, timesteps, t));
        listed = end < listed ? end : listed;
    }
    /* There is room for a whole window at least, so this is more than x_first. */
    return (listed - window->kernel_width) / window->stride_x + 1;
}
