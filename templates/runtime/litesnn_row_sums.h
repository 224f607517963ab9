/* The sums of one group of output channels at a pixel and timestep: what all layers that run row by row have in common. */
#ifndef LITESNN_ROW_SUMS_H
#define LITESNN_ROW_SUMS_H

#include "litesnn_rows.h"
#include "litesnn_sums.h"

LITESNN_INLINE litesnn_u16 *litesnn_list_starts(const litesnn_row_edge *edge, uint8_t *arena, uint32_t t)
{
    return litesnn_event_list(arena, edge->lists) + t * edge->columns;
}

LITESNN_INLINE litesnn_u16 *litesnn_list_events(const litesnn_row_edge *edge, uint8_t *arena, uint32_t timesteps, uint32_t t)
{
    return litesnn_list_starts(edge, arena, timesteps) + t * edge->capacity;
}

/* Events of a pixel at a timestep. */
typedef struct litesnn_segment {
    const litesnn_u16 *events;
    uint32_t count;
} litesnn_segment;

LITESNN_INLINE litesnn_segment litesnn_segment_at(const litesnn_u16 *starts, const litesnn_u16 *events, uint32_t columns)
{
    const uint32_t start = starts[0];
    const litesnn_segment found = {events + start, starts[columns] - start};
    return found;
}

/* Sums of the lanes of a group; the caller sees to it that there are events. */
LITESNN_INLINE void litesnn_sum_group(const litesnn_row_edge *edge, uint32_t format, litesnn_row_base base, uint32_t block_bytes,
                              litesnn_segment events, uint32_t words, litesnn_word *sums)
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

LITESNN_INLINE void litesnn_clear_words(litesnn_word *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        words[i] = 0;
    }
}

LITESNN_INLINE void litesnn_write_spikes(uint8_t *to, uint32_t spikes, uint32_t bytes)
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

/* A lane in both halves of a word. */
LITESNN_INLINE uint32_t litesnn_both(uint32_t lane)
{
    return litesnn_pack(lane, lane);
}

/* Bytes from the first group of weights to the next, and from the first block of 16 channels of bytes to the next. */
LITESNN_INLINE uint32_t litesnn_group_bytes(uint32_t rows, uint32_t format)
{
    return format == LITESNN_ROWS_PLANES ? rows * 4 : format == LITESNN_ROWS_NIBBLES ? rows * 16 : rows * 32;
}

/* Bytes of the rows of a column of the window. */
LITESNN_INLINE uint32_t litesnn_column_bytes(const litesnn_row_edge *edge, uint32_t format)
{
    return ((uint32_t)edge->window->kernel_height * edge->source->channels) << (format == LITESNN_ROWS_PLANES ? 2 : 4);
}

/* Where event 0 has its row if the window begins with padded column `i`. */
LITESNN_INLINE litesnn_row_base litesnn_base_at(const litesnn_row_edge *edge, uint32_t format, uint32_t i)
{
    const intptr_t column = (intptr_t)i - (intptr_t)edge->window->pad_left;
    return (litesnn_row_base)edge->weights - (litesnn_row_base)(column * (intptr_t)litesnn_column_bytes(edge, format));
}

#endif
