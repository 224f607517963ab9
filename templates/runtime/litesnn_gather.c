/*
 * Event-driven edges: the spikes under an output pixel's window are listed once, then every block of output channels
 * adds the rows of weights of the listed spikes.
 */
#include "litesnn_kernels.h"

/* Bytes to a word whatever the byte order and alignment; compilers make one load of it where the core has one. */
static inline uint32_t load_word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) | ((uint32_t)bytes[3] << 24);
}

static inline uint32_t lowest_bit(uint32_t word)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctz(word);
#else
    uint32_t bit = 0;
    while ((word & 1u) == 0) {
        word >>= 1;
        bit++;
    }
    return bit;
#endif
}

static inline litesnn_u16 *list_word(uint32_t word, uint32_t first, uint32_t step, litesnn_u16 *events)
{
    while (word != 0) {
        *events++ = (litesnn_u16)(first + lowest_bit(word) * step);
        word &= word - 1;
    }
    return events;
}

/* Lists the set bits of `count` bytes; bit 0 of the first byte is `first`, each next bit is `step` more. */
static inline litesnn_u16 *list_bytes(const uint8_t *bytes, uint32_t count, uint32_t first, uint32_t step, litesnn_u16 *events)
{
    while (count >= 4) {
        events = list_word(load_word(bytes), first, step, events);
        first += 32 * step;
        bytes += 4;
        count -= 4;
    }
    while (count > 0) {
        events = list_word(*bytes, first, step, events);
        first += 8 * step;
        bytes++;
        count--;
    }
    return events;
}

/* All parts of one pixel. */
static litesnn_u16 *list_pixel(const litesnn_source *source, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x,
                               uint32_t first, uint32_t step, litesnn_u16 *events)
{
    for (uint32_t part = 0; part < source->part_count; part++) {
        const litesnn_spikes *spikes = source->parts[part];
        events = list_bytes(litesnn_pixel(arena, spikes, t, y, x), spikes->pixel_bytes, first, step, events);
        first += spikes->channels * step;
    }
    return events;
}

uint32_t litesnn_collect(const litesnn_source *source, const litesnn_window *window, const uint8_t *arena, uint32_t t, uint32_t y,
                         uint32_t x, uint32_t step, litesnn_u16 *events)
{
    const litesnn_spikes *spikes = source->parts[0];
    const litesnn_clip clip = litesnn_clip_window(window, spikes->height, spikes->width, y, x);
    /* Pixels without unused bits that lie side by side are one run of bits, as their rows of weights are. */
    const int side_by_side = source->part_count == 1 && (spikes->channels & 7) == 0;
    litesnn_u16 *end = events;
    for (int32_t ky = clip.y_first; ky < clip.y_end; ky++) {
        const uint32_t row = (uint32_t)(clip.y + ky);
        const uint32_t tap = (uint32_t)ky * window->kernel_width;
        if (side_by_side && clip.x_first < clip.x_end) {
            const uint32_t column = (uint32_t)(clip.x + clip.x_first);
            const uint32_t pixels = (uint32_t)(clip.x_end - clip.x_first);
            const uint32_t first = (tap + (uint32_t)clip.x_first) * source->channels * step;
            end = list_bytes(litesnn_pixel(arena, spikes, t, row, column), pixels * spikes->pixel_bytes, first, step, end);
        } else {
            for (int32_t kx = clip.x_first; kx < clip.x_end; kx++) {
                const uint32_t first = (tap + (uint32_t)kx) * source->channels * step;
                end = list_pixel(source, arena, t, row, (uint32_t)(clip.x + kx), first, step, end);
            }
        }
    }
    return (uint32_t)(end - events);
}

/*
 * Adds scale * (lane * step - bias) of four lanes to four channels, as factor * lane - offset; `bias` is that of all rows
 * added. Unsigned, since the two parts may leave 32 bits where their difference does not.
 */
static inline litesnn_i32 spread(litesnn_i32 sum, uint32_t lane, uint32_t factor, uint32_t offset)
{
    return (litesnn_i32)((uint32_t)sum + factor * lane - offset);
}

static inline void spread_word(uint32_t word, uint32_t factor, uint32_t offset, litesnn_i32 *sums)
{
    sums[0] = spread(sums[0], word & 255u, factor, offset);
    sums[1] = spread(sums[1], (word >> 8) & 255u, factor, offset);
    sums[2] = spread(sums[2], (word >> 16) & 255u, factor, offset);
    sums[3] = spread(sums[3], word >> 24, factor, offset);
}

/* The last word of a row may have fewer than four channels. */
static inline void spread_part(uint32_t word, uint32_t channels, uint32_t factor, uint32_t offset, litesnn_i32 *sums)
{
    for (uint32_t c = 0; c < channels; c++) {
        sums[c] = spread(sums[c], word & 255u, factor, offset);
        word >>= 8;
    }
}

/* 32 channels in eight registers. */
static void add_burst_8(const uint32_t *rows, const litesnn_u16 *events, uint32_t count, uint32_t factor, uint32_t offset,
                        litesnn_i32 *sums)
{
    const litesnn_u16 *const end = events + count;
    uint32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0;
    do {
        const uint32_t *row = rows + *events++;
        a0 += row[0];
        a1 += row[1];
        a2 += row[2];
        a3 += row[3];
        a4 += row[4];
        a5 += row[5];
        a6 += row[6];
        a7 += row[7];
    } while (events != end);
    spread_word(a0, factor, offset, sums);
    spread_word(a1, factor, offset, sums + 4);
    spread_word(a2, factor, offset, sums + 8);
    spread_word(a3, factor, offset, sums + 12);
    spread_word(a4, factor, offset, sums + 16);
    spread_word(a5, factor, offset, sums + 20);
    spread_word(a6, factor, offset, sums + 24);
    spread_word(a7, factor, offset, sums + 28);
}

/* 16 channels in four registers. */
static void add_burst_4(const uint32_t *rows, const litesnn_u16 *events, uint32_t count, uint32_t factor, uint32_t offset,
                        litesnn_i32 *sums)
{
    const litesnn_u16 *const end = events + count;
    uint32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    do {
        const uint32_t *row = rows + *events++;
        a0 += row[0];
        a1 += row[1];
        a2 += row[2];
        a3 += row[3];
    } while (events != end);
    spread_word(a0, factor, offset, sums);
    spread_word(a1, factor, offset, sums + 4);
    spread_word(a2, factor, offset, sums + 8);
    spread_word(a3, factor, offset, sums + 12);
}

/* Up to four channels in one register. */
static void add_burst_1(const uint32_t *rows, const litesnn_u16 *events, uint32_t count, uint32_t channels, uint32_t factor,
                        uint32_t offset, litesnn_i32 *sums)
{
    const litesnn_u16 *const end = events + count;
    uint32_t word = 0;
    do {
        word += rows[*events++];
    } while (events != end);
    spread_part(word, channels, factor, offset, sums);
}

void litesnn_add_lanes(const litesnn_lanes *lanes, const litesnn_u16 *events, uint32_t count, int32_t scale, litesnn_i32 *sums)
{
    while (count > 0) {
        const uint32_t rows = count < lanes->burst ? count : lanes->burst;
        const uint32_t factor = (uint32_t)scale * lanes->lane_step;
        const uint32_t offset = (uint32_t)scale * lanes->lane_bias * rows;
        uint32_t channel = 0;
        for (; channel + 32 <= lanes->channels; channel += 32) {
            add_burst_8(lanes->rows + channel / 4, events, rows, factor, offset, sums + channel);
        }
        for (; channel + 16 <= lanes->channels; channel += 16) {
            add_burst_4(lanes->rows + channel / 4, events, rows, factor, offset, sums + channel);
        }
        for (; channel < lanes->channels; channel += 4) {
            const uint32_t left = lanes->channels - channel;
            add_burst_1(lanes->rows + channel / 4, events, rows, left < 4 ? left : 4, factor, offset, sums + channel);
        }
        events += rows;
        count -= rows;
    }
}

void litesnn_add_rows(const int8_t *rows, uint32_t channels, const litesnn_u16 *events, uint32_t count, int32_t scale,
                      litesnn_i32 *sums)
{
    for (uint32_t i = 0; i < count; i++) {
        const int8_t *row = rows + events[i] * channels;
        for (uint32_t c = 0; c < channels; c++) {
            sums[c] += scale * row[c];
        }
    }
}

static inline void add_marked(const uint8_t *bytes, uint32_t count, const int8_t *weights, int32_t scale, litesnn_i32 *sums)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t byte = bytes[i];
        while (byte != 0) {
            const uint32_t c = i * 8 + lowest_bit(byte);
            sums[c] += scale * weights[c];
            byte &= byte - 1;
        }
    }
}

void litesnn_add_depthwise(const litesnn_source *source, const litesnn_window *window, const int8_t *weights, const uint8_t *arena,
                           uint32_t t, uint32_t y, uint32_t x, int32_t scale, litesnn_i32 *sums)
{
    uint32_t channel = 0;
    for (uint32_t part = 0; part < source->part_count; part++) {
        const litesnn_spikes *spikes = source->parts[part];
        const litesnn_clip clip = litesnn_clip_window(window, spikes->height, spikes->width, y, x);
        for (int32_t ky = clip.y_first; ky < clip.y_end; ky++) {
            for (int32_t kx = clip.x_first; kx < clip.x_end; kx++) {
                const uint8_t *bytes = litesnn_pixel(arena, spikes, t, (uint32_t)(clip.y + ky), (uint32_t)(clip.x + kx));
                const uint32_t tap = (uint32_t)ky * window->kernel_width + (uint32_t)kx;
                add_marked(bytes, spikes->pixel_bytes, weights + tap * source->channels + channel, scale, sums + channel);
            }
        }
        channel += spikes->channels;
    }
}

void litesnn_add_identity(const litesnn_source *source, const uint8_t *arena, uint32_t t, uint32_t y, uint32_t x, int32_t scale,
                          litesnn_i32 *sums)
{
    for (uint32_t part = 0; part < source->part_count; part++) {
        const litesnn_spikes *spikes = source->parts[part];
        const uint8_t *bytes = litesnn_pixel(arena, spikes, t, y, x);
        for (uint32_t i = 0; i < spikes->pixel_bytes; i++) {
            uint32_t byte = bytes[i];
            while (byte != 0) {
                sums[i * 8 + lowest_bit(byte)] += scale;
                byte &= byte - 1;
            }
        }
        sums += spikes->channels;
    }
}
