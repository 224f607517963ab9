/*
 * Sums of rows of weights of one group of output channels (32, or 16 in the last group): what litesnn_rows.c does for every
 * output pixel and timestep. All forms of weights end in words of two 16-bit lanes.
 *
 * Word j of a group of 32 has channels j and j + 16, of a group of 16 channels j and j + 8. Four channels of two such words are
 * bytes of one word on the way: byte b of word i is lane b / 2 of word 2 i + b % 2. Of eight nibbles the even ones are word 2 i of
 * bytes, the odd ones word 2 i + 1. Bit 8 b + i of a plane is byte b of word i.
 */
#ifndef LITESNN_SUMS_H
#define LITESNN_SUMS_H

#include "litesnn_kernels.h"
#include "litesnn_simd.h"

#if defined(__GNUC__) && __GNUC__ >= 7
#define LITESNN_FALLTHROUGH __attribute__((fallthrough))
#else
#define LITESNN_FALLTHROUGH (void)0
#endif

/* Where the rows of a segment's events are: row `event` of rows of 4 << shift bytes, from an address that may lie before the table. */
typedef uintptr_t litesnn_row_base;

LITESNN_INLINE const uint32_t *litesnn_row(litesnn_row_base base, uint32_t event, uint32_t shift)
{
    return (const uint32_t *)(base + ((uintptr_t)event << shift));
}

/* Sum of `count` > 0 rows of four words, added as plain words: the caller sees to it that no lane can carry. */
LITESNN_INLINE litesnn_quad litesnn_sum_rows(litesnn_row_base base, const litesnn_u16 *events, uint32_t count)
{
    litesnn_quad sum = {0, 0, 0, 0};
    litesnn_quad row;
    int32_t left = (int32_t)count;
#define LITESNN_ADD_ROW()                                                                                                          \
    row = litesnn_load4(litesnn_row(base, *events++, 4));                                                                          \
    sum.a += row.a;                                                                                                                \
    sum.b += row.b;                                                                                                                \
    sum.c += row.c;                                                                                                                \
    sum.d += row.d
    /* Into the middle of eight rows, so that the last of them ends the list. */
    switch (count & 7u) {
    default:
        do {
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 7:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 6:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 5:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 4:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 3:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 2:
            LITESNN_ADD_ROW();
            LITESNN_FALLTHROUGH;
        case 1:
            LITESNN_ADD_ROW();
            left -= 8;
        } while (left > 0);
    }
#undef LITESNN_ADD_ROW
    return sum;
}

/* Words of four bytes to two words of lanes each. */
LITESNN_INLINE void litesnn_widen_first(litesnn_quad bytes, uint32_t *sums)
{
    sums[0] = litesnn_even_bytes(bytes.a);
    sums[1] = litesnn_odd_bytes(bytes.a);
    sums[2] = litesnn_even_bytes(bytes.b);
    sums[3] = litesnn_odd_bytes(bytes.b);
    sums[4] = litesnn_even_bytes(bytes.c);
    sums[5] = litesnn_odd_bytes(bytes.c);
    sums[6] = litesnn_even_bytes(bytes.d);
    sums[7] = litesnn_odd_bytes(bytes.d);
}

LITESNN_INLINE void litesnn_widen_next(litesnn_quad bytes, uint32_t *sums)
{
    sums[0] = litesnn_add_even_bytes(sums[0], bytes.a);
    sums[1] = litesnn_add_odd_bytes(sums[1], bytes.a);
    sums[2] = litesnn_add_even_bytes(sums[2], bytes.b);
    sums[3] = litesnn_add_odd_bytes(sums[3], bytes.b);
    sums[4] = litesnn_add_even_bytes(sums[4], bytes.c);
    sums[5] = litesnn_add_odd_bytes(sums[5], bytes.c);
    sums[6] = litesnn_add_even_bytes(sums[6], bytes.d);
    sums[7] = litesnn_add_odd_bytes(sums[7], bytes.d);
}

/* 16 channels of bytes: `count` > 0 rows, `burst` of which cannot pass 255 in a lane. */
LITESNN_INLINE void litesnn_sum_bytes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst,
                                      uint32_t *sums)
{
    uint32_t rows = count < burst ? count : burst;
    litesnn_widen_first(litesnn_sum_rows(base, events, rows), sums);
    for (count -= rows; count > 0; count -= rows) {
        events += rows;
        rows = count < burst ? count : burst;
        litesnn_widen_next(litesnn_sum_rows(base, events, rows), sums);
    }
}

/* 32 channels of nibbles: `burst` rows cannot pass 15, `fill` rows (a multiple of it) not 255. */
LITESNN_INLINE void litesnn_sum_nibbles(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst,
                                        uint32_t fill, uint32_t *sums)
{
    const uint32_t low = 0x0F0F0F0Fu;
    int first = 1;
    while (count > 0) {
        const uint32_t all = count < fill ? count : fill;
        uint32_t left = all;
        litesnn_quad front = {0, 0, 0, 0};
        litesnn_quad back = {0, 0, 0, 0};
        do {
            const uint32_t rows = left < burst ? left : burst;
            const litesnn_quad sum = litesnn_sum_rows(base, events, rows);
            events += rows;
            left -= rows;
            front.a += sum.a & low;
            front.b += (sum.a >> 4) & low;
            front.c += sum.b & low;
            front.d += (sum.b >> 4) & low;
            back.a += sum.c & low;
            back.b += (sum.c >> 4) & low;
            back.c += sum.d & low;
            back.d += (sum.d >> 4) & low;
        } while (left > 0);
        if (first) {
            litesnn_widen_first(front, sums);
            litesnn_widen_first(back, sums + 8);
            first = 0;
        } else {
            litesnn_widen_next(front, sums);
            litesnn_widen_next(back, sums + 8);
        }
        count -= all;
    }
}

/* Full adder of 32 bits: sum in `a`, carry returned. */
LITESNN_INLINE uint32_t litesnn_full_add(uint32_t *a, uint32_t b, uint32_t c)
{
    const uint32_t either = *a ^ b;
    const uint32_t carry = (*a & b) | (either & c);
    *a = either ^ c;
    return carry;
}

LITESNN_INLINE uint32_t litesnn_half_add(uint32_t *a, uint32_t b)
{
    const uint32_t carry = *a & b;
    *a ^= b;
    return carry;
}

/* How many of the rows have each of the 32 bits, as eight planes: bit k of the counts in planes[k]. At most 255 rows. */
LITESNN_INLINE void litesnn_count_bits(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t *planes)
{
    uint32_t ones = 0, twos = 0, fours = 0;
    uint32_t eights = 0, p4 = 0, p5 = 0, p6 = 0, p7 = 0;
    const litesnn_u16 *const end = events + count;
#define LITESNN_NEXT() (*litesnn_row(base, *events++, 2))
    /* The rest of eights first: into empty planes it costs least. */
    const uint32_t rest = count & 7u;
    if (rest & 4u) {
        ones = LITESNN_NEXT();
        const uint32_t b = LITESNN_NEXT();
        const uint32_t c = LITESNN_NEXT();
        twos = litesnn_full_add(&ones, b, c);
        const uint32_t carry = litesnn_half_add(&ones, LITESNN_NEXT());
        fours = litesnn_half_add(&twos, carry);
    }
    if (rest & 2u) {
        const uint32_t b = LITESNN_NEXT();
        const uint32_t carry = litesnn_full_add(&ones, b, LITESNN_NEXT());
        fours |= litesnn_half_add(&twos, carry);
    }
    if (rest & 1u) {
        const uint32_t carry = litesnn_half_add(&ones, LITESNN_NEXT());
        fours |= litesnn_half_add(&twos, carry);
    }
    while (events != end) {
        uint32_t r = LITESNN_NEXT();
        const uint32_t twos_a = litesnn_full_add(&ones, r, LITESNN_NEXT());
        r = LITESNN_NEXT();
        const uint32_t twos_b = litesnn_full_add(&ones, r, LITESNN_NEXT());
        const uint32_t fours_a = litesnn_full_add(&twos, twos_a, twos_b);
        r = LITESNN_NEXT();
        const uint32_t twos_c = litesnn_full_add(&ones, r, LITESNN_NEXT());
        r = LITESNN_NEXT();
        const uint32_t twos_d = litesnn_full_add(&ones, r, LITESNN_NEXT());
        const uint32_t fours_b = litesnn_full_add(&twos, twos_c, twos_d);
        uint32_t carry = litesnn_full_add(&fours, fours_a, fours_b);
        carry = litesnn_half_add(&eights, carry);
        carry = litesnn_half_add(&p4, carry);
        carry = litesnn_half_add(&p5, carry);
        carry = litesnn_half_add(&p6, carry);
        p7 ^= carry;
    }
#undef LITESNN_NEXT
    planes[0] = ones;
    planes[1] = twos;
    planes[2] = fours;
    planes[3] = eights;
    planes[4] = p4;
    planes[5] = p5;
    planes[6] = p6;
    planes[7] = p7;
}

/* Exchanges the bits of `b` under `mask` with those of `a` that lie `shift` above. */
LITESNN_INLINE void litesnn_exchange(uint32_t *a, uint32_t *b, uint32_t shift, uint32_t mask)
{
    const uint32_t difference = ((*a >> shift) ^ *b) & mask;
    *b ^= difference;
    *a ^= difference << shift;
}

/* Transposes eight by eight bits in each byte: planes of bits become words of bytes. */
LITESNN_INLINE void litesnn_planes_to_bytes(uint32_t *w)
{
    for (uint32_t i = 0; i < 8; i += 2) {
        litesnn_exchange(&w[i], &w[i + 1], 1, 0x55555555u);
    }
    for (uint32_t i = 0; i < 8; i += 4) {
        litesnn_exchange(&w[i], &w[i + 2], 2, 0x33333333u);
        litesnn_exchange(&w[i + 1], &w[i + 3], 2, 0x33333333u);
    }
    for (uint32_t i = 0; i < 4; i++) {
        litesnn_exchange(&w[i], &w[i + 4], 4, 0x0F0F0F0Fu);
    }
}

/* Up to 32 channels of one plane of bits; `words` is how many words of lanes are wanted, 16 or 8. */
LITESNN_INLINE void litesnn_sum_planes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t words,
                                       uint32_t *sums)
{
    int first = 1;
    while (count > 0) {
        const uint32_t rows = count < 255u ? count : 255u;
        uint32_t w[8];
        litesnn_count_bits(base, events, rows, w);
        litesnn_planes_to_bytes(w);
        const litesnn_quad front = {w[0], w[1], w[2], w[3]};
        const litesnn_quad back = {w[4], w[5], w[6], w[7]};
        if (first) {
            litesnn_widen_first(front, sums);
            if (words > 8) {
                litesnn_widen_first(back, sums + 8);
            }
            first = 0;
        } else {
            litesnn_widen_next(front, sums);
            if (words > 8) {
                litesnn_widen_next(back, sums + 8);
            }
        }
        events += rows;
        count -= rows;
    }
}

#endif
