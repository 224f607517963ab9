/*
 * Sums of rows of weights of one group of output channels (32, or 16 in the last group): what layers that run row by
 * row do for every output pixel and timestep. All forms of weights end in words of two 16-bit lanes.
 *
 * Word j of a group of 32 has channels j and j + 16, of a group of 16 channels j and j + 8. Four channels of two such words are
 * bytes of one word on the way: byte b of word i is lane b / 2 of word 2 i + b % 2. Of eight nibbles the even ones are word 2 i of
 * bytes, the odd ones word 2 i + 1. Bit 8 b + i of a plane is byte b of word i.
 */
#ifndef LITESNN_SUMS_H
#define LITESNN_SUMS_H

#include "litesnn_kernels.h"
#include "litesnn_simd.h"

/* Where the rows of a segment's events are: row `event` of rows of 4 << shift bytes, from an address that may lie before the table. */
typedef uintptr_t litesnn_row_base;

/* 16 channels of bytes: `count` > 0 rows, `burst` of which cannot pass 255 in a lane. */
void litesnn_sum_bytes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst, litesnn_word *sums);
/* 32 channels of nibbles: `burst` (5 or 7) rows cannot pass 15, `fill` rows not 255. */
void litesnn_sum_nibbles(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst, uint32_t fill,
                         litesnn_word *sums);
/* Channels of one plane of bits, at most 255 rows; `words` is how many words of lanes are wanted, 16 or 8. */
void litesnn_sum_plane(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t words, litesnn_word *sums);

/* Any number of rows. */
LITESNN_INLINE void litesnn_sum_planes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t words,
                                       litesnn_word *sums)
{
    litesnn_sum_plane(base, events, count < 255u ? count : 255u, words, sums);
    while (count > 255u) {
        uint32_t more[16];
        events += 255;
        count -= 255;
        litesnn_sum_plane(base, events, count < 255u ? count : 255u, words, more);
        for (uint32_t i = 0; i < words; i++) {
            sums[i] = litesnn_add16(sums[i], more[i]);
        }
    }
}

#endif
