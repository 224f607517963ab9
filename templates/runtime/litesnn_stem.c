/* The first layer: one window of the input at a time as pairs of 16-bit taps, eight output channels in registers. */
#include "litesnn_stem.h"

#include "litesnn_neurons.h"
#include "litesnn_simd.h"

#if LITESNN_THUMB2
/* Word loads and stores of these cores may be at any address. */
typedef struct __attribute__((packed, may_alias)) unaligned_word {
    uint32_t word;
} unaligned_word;
#endif

static int8_t *copy_bytes(int8_t *to, const int8_t *from, uint32_t count)
{
#if LITESNN_THUMB2
    for (; count >= 4; count -= 4) {
        ((unaligned_word *)(void *)to)->word = ((const unaligned_word *)(const void *)from)->word;
        to += 4;
        from += 4;
    }
#endif
    for (; count > 0; count--) {
        *to++ = *from++;
    }
    return to;
}

static int8_t *clear_bytes(int8_t *to, uint32_t count)
{
    for (; count > 0; count--) {
        *to++ = 0;
    }
    return to;
}

/* What the windows of a row of output pixels have in common. Rows of the kernel outside of the input stay zero. */
typedef struct row_windows {
    /* Column 0 of the first row that is inside. */
    const int8_t *from;
    int8_t *to;
    uint32_t rows;
    uint32_t source_bytes;
    uint32_t row_bytes;
} row_windows;

static row_windows windows_at(const litesnn_stem *stem, const int8_t *input, uint32_t y, int8_t *taps)
{
    const litesnn_input *source = stem->source;
    const litesnn_window *window = stem->window;
    const int32_t top = (int32_t)(y * window->stride_y) - (int32_t)window->pad_top;
    const int32_t height = (int32_t)source->height;
    const int32_t first = top < 0 ? -top : 0;
    const int32_t end = height - top < (int32_t)window->kernel_height ? height - top : (int32_t)window->kernel_height;
    row_windows row;
    row.source_bytes = (uint32_t)source->width * source->channels;
    row.row_bytes = (uint32_t)window->kernel_width * source->channels;
    row.rows = end > first ? (uint32_t)(end - first) : 0;
    row.from = row.rows > 0 ? input + (uint32_t)(top + first) * row.source_bytes : input;
    row.to = taps + (row.rows > 0 ? (uint32_t)first * row.row_bytes : 0);
    clear_bytes(taps, 2u * stem->pairs);
    return row;
}

/* The rows of a window that are inside, zeros in the columns that are not. */
LITESNN_NOINLINE void copy_window(const litesnn_stem *stem, const row_windows *row, uint32_t x)
{
    const litesnn_input *source = stem->source;
    const litesnn_window *window = stem->window;
    const int32_t left = (int32_t)(x * window->stride_x) - (int32_t)window->pad_left;
    const int32_t right = left + (int32_t)window->kernel_width;
    int8_t *to = row->to;
    if (left >= 0 && right <= (int32_t)source->width) {
        const int8_t *from = row->from + (uint32_t)left * source->channels;
        for (uint32_t rows = row->rows; rows > 0; rows--) {
            to = copy_bytes(to, from, row->row_bytes);
            from += row->source_bytes;
        }
        return;
    }
    const int32_t first = left < 0 ? 0 : left;
    const int32_t end = right < (int32_t)source->width ? right : (int32_t)source->width;
    const uint32_t inside = end > first ? (uint32_t)(end - first) * source->channels : 0;
    const uint32_t before = inside > 0 ? (uint32_t)(first - left) * source->channels : 0;
    const int8_t *from = inside > 0 ? row->from + (uint32_t)first * source->channels : row->from;
    for (uint32_t rows = row->rows; rows > 0; rows--) {
        to = clear_bytes(to, before);
        to = copy_bytes(to, from, inside);
        to = clear_bytes(to, row->row_bytes - before - inside);
        from += row->source_bytes;
    }
}

/* Four signed bytes a turn become two words of two lanes. */
LITESNN_NOINLINE void widen_taps(const int8_t *taps, uint32_t pairs, litesnn_word *patch)
{
    const litesnn_word *fours = (const litesnn_word *)(const void *)taps;
    for (uint32_t i = 0; i < pairs; i += 2) {
        const uint32_t four = *fours++;
        patch[i] = litesnn_even_signed_bytes(four);
        patch[i + 1] = litesnn_odd_signed_bytes(four);
    }
}

/* Sums of eight channels over an even number of pairs, on top of what `start` has at every second place. */
LITESNN_NOINLINE void sum_pairs(const litesnn_word *patch, const uint32_t *weights, uint32_t pairs, const int32_t *start,
                                int32_t *sums)
{
    int32_t s0 = start[0], s1 = start[2], s2 = start[4], s3 = start[6];
    int32_t s4 = start[8], s5 = start[10], s6 = start[12], s7 = start[14];
#if LITESNN_DSP && defined(__OPTIMIZE__)
    uint32_t tap, first, second;
#define LITESNN_PAIR                                                                                                               \
    "ldr %[tap], [%[patch]], #4\n\t"                                                                                               \
    "ldrd %[first], %[second], [%[weights]], #8\n\t"                                                                               \
    "smlad %[s0], %[tap], %[first], %[s0]\n\t"                                                                                     \
    "smlad %[s1], %[tap], %[second], %[s1]\n\t"                                                                                    \
    "ldrd %[first], %[second], [%[weights]], #8\n\t"                                                                               \
    "smlad %[s2], %[tap], %[first], %[s2]\n\t"                                                                                     \
    "smlad %[s3], %[tap], %[second], %[s3]\n\t"                                                                                    \
    "ldrd %[first], %[second], [%[weights]], #8\n\t"                                                                               \
    "smlad %[s4], %[tap], %[first], %[s4]\n\t"                                                                                     \
    "smlad %[s5], %[tap], %[second], %[s5]\n\t"                                                                                    \
    "ldrd %[first], %[second], [%[weights]], #8\n\t"                                                                               \
    "smlad %[s6], %[tap], %[first], %[s6]\n\t"                                                                                     \
    "smlad %[s7], %[tap], %[second], %[s7]\n\t"
    __asm__ volatile(".Lpairs%=:\n\t" LITESNN_PAIR LITESNN_PAIR "subs %[pairs], %[pairs], #2\n\t"
                     "bne .Lpairs%="
                     : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3), [s4] "+&r"(s4), [s5] "+&r"(s5),
                       [s6] "+&r"(s6), [s7] "+&r"(s7), [tap] "=&r"(tap), [first] "=&r"(first), [second] "=&r"(second),
                       [patch] "+&r"(patch), [weights] "+&r"(weights), [pairs] "+&r"(pairs)
                     :
                     : "cc", "memory");
#undef LITESNN_PAIR
#else
    for (; pairs > 0; pairs--) {
        const uint32_t tap = *patch++;
        s0 = litesnn_mla_pair(tap, weights[0], s0);
        s1 = litesnn_mla_pair(tap, weights[1], s1);
        s2 = litesnn_mla_pair(tap, weights[2], s2);
        s3 = litesnn_mla_pair(tap, weights[3], s3);
        s4 = litesnn_mla_pair(tap, weights[4], s4);
        s5 = litesnn_mla_pair(tap, weights[5], s5);
        s6 = litesnn_mla_pair(tap, weights[6], s6);
        s7 = litesnn_mla_pair(tap, weights[7], s7);
        weights += LITESNN_EIGHT;
    }
#endif
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
}

/* currents = bias + multiplier * current */
LITESNN_NOINLINE void scale_sums(const litesnn_stem *stem, uint32_t first, int32_t *currents)
{
    const int32_t *neurons = stem->neurons + 2 * first;
    if (stem->multipliers == 0) {
        for (uint32_t k = 0; k < LITESNN_EIGHT; k++) {
            currents[k] = neurons[2 * k] + stem->multiplier * currents[k];
        }
    } else {
        for (uint32_t k = 0; k < LITESNN_EIGHT; k++) {
            currents[k] = neurons[2 * k] + stem->multipliers[first + k] * currents[k];
        }
    }
}

/* Currents of a group; sums that nothing multiplies begin with the bias. */
LITESNN_INLINE void sum_group(const litesnn_stem *stem, const litesnn_word *patch, const uint32_t *weights, uint32_t first,
                              int32_t *currents)
{
    static const int32_t zeros[2 * LITESNN_EIGHT] = {0};
    if (stem->multipliers == 0 && stem->multiplier == 1) {
        sum_pairs(patch, weights, stem->pairs, stem->neurons + 2 * first, currents);
    } else {
        sum_pairs(patch, weights, stem->pairs, zeros, currents);
        scale_sums(stem, first, currents);
    }
}

void litesnn_run_stem(const litesnn_stem *stem, const int8_t *input, uint8_t *arena)
{
    const litesnn_spikes *out = stem->spikes;
    litesnn_word *const patch = (litesnn_word *)(void *)(arena + stem->patch);
    int8_t *const taps = (int8_t *)(patch + stem->pairs);
    int32_t currents[LITESNN_EIGHT];
    litesnn_eight group;
    group.currents = currents;
    group.leak = stem->leak;
    group.plane = (uint32_t)out->height * out->width * out->pixel_bytes;
    group.to = litesnn_output(arena, out, 0, 0, 0);
    for (uint32_t y = 0; y < out->height; y++) {
        const row_windows row = windows_at(stem, input, y, taps);
        for (uint32_t x = 0; x < out->width; x++) {
            const uint32_t *weights = stem->weights;
            copy_window(stem, &row, x);
            widen_taps(taps, stem->pairs, patch);
            for (uint32_t first = 0; first < out->channels; first += LITESNN_EIGHT) {
                sum_group(stem, patch, weights, first, currents);
                group.neurons = stem->neurons + 2 * first;
                litesnn_fire_eight_same(&group, stem->timesteps);
                group.to++;
                weights += (uint32_t)stem->pairs * LITESNN_EIGHT;
            }
        }
    }
}
