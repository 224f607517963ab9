/* Sums of rows of weights, by form of the weights. */
#include "litesnn_sums.h"

LITESNN_INLINE const uint32_t *litesnn_row(litesnn_row_base base, uint32_t event, uint32_t shift)
{
    return (const uint32_t *)(base + ((uintptr_t)event << shift));
}

/* Sum of `count` > 0 rows of four words, added as plain words: the caller sees to it that no lane can carry. */
LITESNN_INLINE litesnn_quad litesnn_sum_rows(litesnn_row_base base, const litesnn_u16 *events, uint32_t count)
{
    litesnn_quad sum = {0, 0, 0, 0};
#if LITESNN_THUMB2
    uint32_t index;
    /* Jumps into the middle of eight rows, so that the last of them ends the list. */
#define LITESNN_ROW(label)                                                                                                         \
    ".Lrow" label "%=:\n\t"                                                                                                        \
    "ldrh %[i], [%[events]], #2\n\t"                                                                                              \
    "add %[i], %[base], %[i], lsl #4\n\t"                                                                                         \
    "ldmia %[i], {r4, r5, r6, r8}\n\t"                                                                                            \
    "add %[a], %[a], r4\n\t"                                                                                                      \
    "add %[b], %[b], r5\n\t"                                                                                                      \
    "add %[c], %[c], r6\n\t"                                                                                                      \
    "add %[d], %[d], r8\n\t"
#define LITESNN_JUMP(label) ".byte (.Lrow" label "%= - .Ljump%=) / 2\n\t"
    __asm__("and %[i], %[count], #7\n\t"
            "tbb [pc, %[i]]\n\t"
            ".Ljump%=:\n\t" LITESNN_JUMP("0") LITESNN_JUMP("1") LITESNN_JUMP("2") LITESNN_JUMP("3") LITESNN_JUMP("4")
                LITESNN_JUMP("5") LITESNN_JUMP("6") LITESNN_JUMP("7")
                    LITESNN_ROW("0") LITESNN_ROW("7") LITESNN_ROW("6") LITESNN_ROW("5") LITESNN_ROW("4") LITESNN_ROW("3")
                        LITESNN_ROW("2") LITESNN_ROW("1") "subs %[count], %[count], #8\n\t"
                                                          "bgt .Lrow0%="
            : [a] "+&r"(sum.a), [b] "+&r"(sum.b), [c] "+&r"(sum.c), [d] "+&r"(sum.d), [i] "=&r"(index),
              [events] "+&r"(events), [count] "+&r"(count)
            : [base] "r"(base)
            : "r4", "r5", "r6", "r8", "cc", "memory");
#undef LITESNN_JUMP
#undef LITESNN_ROW
#else
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *row = litesnn_row(base, events[i], 4);
        sum.a += row[0];
        sum.b += row[1];
        sum.c += row[2];
        sum.d += row[3];
    }
#endif
    return sum;
}

/* Words of four bytes to two words of lanes each. */
LITESNN_INLINE void litesnn_widen_first(litesnn_quad bytes, litesnn_word *sums)
{
    const litesnn_quad front = {litesnn_even_bytes(bytes.a), litesnn_odd_bytes(bytes.a), litesnn_even_bytes(bytes.b),
                                litesnn_odd_bytes(bytes.b)};
    const litesnn_quad back = {litesnn_even_bytes(bytes.c), litesnn_odd_bytes(bytes.c), litesnn_even_bytes(bytes.d),
                               litesnn_odd_bytes(bytes.d)};
    litesnn_store4(sums, front);
    litesnn_store4(sums + 4, back);
}

LITESNN_INLINE void litesnn_widen_two(uint32_t a, uint32_t b, litesnn_word *sums)
{
    litesnn_quad sum = litesnn_load4(sums);
    sum.a = litesnn_add_even_bytes(sum.a, a);
    sum.b = litesnn_add_odd_bytes(sum.b, a);
    sum.c = litesnn_add_even_bytes(sum.c, b);
    sum.d = litesnn_add_odd_bytes(sum.d, b);
    litesnn_store4(sums, sum);
}

LITESNN_INLINE void litesnn_widen_next(litesnn_quad bytes, litesnn_word *sums)
{
    litesnn_widen_two(bytes.a, bytes.b, sums);
    litesnn_widen_two(bytes.c, bytes.d, sums + 4);
}

void litesnn_sum_bytes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst, litesnn_word *sums)
{
    uint32_t rows = count < burst ? count : burst;
    litesnn_widen_first(litesnn_sum_rows(base, events, rows), sums);
    for (count -= rows; count > 0; count -= rows) {
        events += rows;
        rows = count < burst ? count : burst;
        litesnn_widen_next(litesnn_sum_rows(base, events, rows), sums);
    }
}

/* Sum of exactly `rows` rows, a constant; moves on to the events after them. */
LITESNN_INLINE litesnn_quad litesnn_sum_burst(litesnn_row_base base, const litesnn_u16 **events, uint32_t rows)
{
    litesnn_quad sum;
#if LITESNN_THUMB2
    const litesnn_u16 *next = *events;
    uint32_t index;
    register uint32_t a __asm__("r9");
    register uint32_t b __asm__("r10");
    register uint32_t c __asm__("r11");
    register uint32_t d __asm__("r12");
    __asm__("ldrh %[i], [%[events]], #2\n\t"
            "add %[i], %[base], %[i], lsl #4\n\t"
            "ldmia %[i], {r9, r10, r11, r12}\n\t"
            ".rept %c[more]\n\t"
            "ldrh %[i], [%[events]], #2\n\t"
            "add %[i], %[base], %[i], lsl #4\n\t"
            "ldmia %[i], {r4, r5, r6, r8}\n\t"
            "add r9, r9, r4\n\t"
            "add r10, r10, r5\n\t"
            "add r11, r11, r6\n\t"
            "add r12, r12, r8\n\t"
            ".endr"
            : [i] "=&r"(index), [events] "+&r"(next), "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
            : [base] "r"(base), [more] "i"(rows - 1)
            : "r4", "r5", "r6", "r8", "memory");
    *events = next;
    sum.a = a;
    sum.b = b;
    sum.c = c;
    sum.d = d;
#else
    sum = litesnn_sum_rows(base, *events, rows);
    *events += rows;
#endif
    return sum;
}

/* The mask in a register: as a constant it would be an instruction of its own beside every shift. */
LITESNN_INLINE uint32_t litesnn_low_nibbles(void)
{
    uint32_t mask = 0x0F0F0F0Fu;
#if LITESNN_THUMB2
    __asm__("" : "+r"(mask));
#endif
    return mask;
}

/* Even and odd nibbles of two words as four words of bytes. */
LITESNN_INLINE litesnn_quad litesnn_split_nibbles(uint32_t a, uint32_t b, uint32_t low)
{
    const litesnn_quad bytes = {a & low, (a >> 4) & low, b & low, (b >> 4) & low};
    return bytes;
}

LITESNN_INLINE void litesnn_add_nibbles(uint32_t a, uint32_t b, uint32_t low, uint32_t *bytes)
{
    litesnn_quad sum = litesnn_load4(bytes);
    sum.a += a & low;
    sum.b += (a >> 4) & low;
    sum.c += b & low;
    sum.d += (b >> 4) & low;
    litesnn_store4(bytes, sum);
}

/* 32 channels of nibbles, as many rows as bytes can hold; `burst`, a constant, rows cannot pass 15. */
LITESNN_INLINE void litesnn_fill_bytes(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst,
                                       uint32_t *bytes)
{
    const uint32_t low = litesnn_low_nibbles();
    uint32_t bursts = count / burst;
    const uint32_t rest = count - bursts * burst;
    litesnn_quad sum = {0, 0, 0, 0};
    if (rest > 0) {
        sum = litesnn_sum_rows(base, events, rest);
        events += rest;
    } else {
        sum = litesnn_sum_burst(base, &events, burst);
        bursts--;
    }
    litesnn_store4(bytes, litesnn_split_nibbles(sum.a, sum.b, low));
    litesnn_store4(bytes + 4, litesnn_split_nibbles(sum.c, sum.d, low));
    for (; bursts > 0; bursts--) {
        sum = litesnn_sum_burst(base, &events, burst);
        litesnn_add_nibbles(sum.a, sum.b, low, bytes);
        litesnn_add_nibbles(sum.c, sum.d, low, bytes + 4);
    }
}

enum { LITESNN_BURST_OF_THREES = 5, LITESNN_BURST_OF_TWOS = 7 };

void litesnn_sum_nibbles(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t burst, uint32_t fill,
                         litesnn_word *sums)
{
    int first = 1;
    while (count > 0) {
        const uint32_t rows = count < fill ? count : fill;
        uint32_t bytes[8];
        if (burst == LITESNN_BURST_OF_THREES) {
            litesnn_fill_bytes(base, events, rows, LITESNN_BURST_OF_THREES, bytes);
        } else {
            litesnn_fill_bytes(base, events, rows, LITESNN_BURST_OF_TWOS, bytes);
        }
        if (first) {
            litesnn_widen_first(litesnn_load4(bytes), sums);
            litesnn_widen_first(litesnn_load4(bytes + 4), sums + 8);
            first = 0;
        } else {
            litesnn_widen_next(litesnn_load4(bytes), sums);
            litesnn_widen_next(litesnn_load4(bytes + 4), sums + 8);
        }
        events += rows;
        count -= rows;
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
#define LITESNN_AT(i) (*litesnn_row(base, events[i], 2))
    /* The rest of eights first: into empty planes it costs least. */
    const uint32_t rest = count & 7u;
    if (rest & 4u) {
        ones = LITESNN_AT(0);
        twos = litesnn_full_add(&ones, LITESNN_AT(1), LITESNN_AT(2));
        const uint32_t carry = litesnn_half_add(&ones, LITESNN_AT(3));
        fours = litesnn_half_add(&twos, carry);
        events += 4;
    }
    if (rest & 2u) {
        const uint32_t carry = litesnn_full_add(&ones, LITESNN_AT(0), LITESNN_AT(1));
        fours |= litesnn_half_add(&twos, carry);
        events += 2;
    }
    if (rest & 1u) {
        const uint32_t carry = litesnn_half_add(&ones, LITESNN_AT(0));
        fours |= litesnn_half_add(&twos, carry);
        events += 1;
    }
    for (uint32_t blocks = count >> 3; blocks > 0; blocks--) {
        const uint32_t twos_a = litesnn_full_add(&ones, LITESNN_AT(0), LITESNN_AT(1));
        const uint32_t twos_b = litesnn_full_add(&ones, LITESNN_AT(2), LITESNN_AT(3));
        const uint32_t fours_a = litesnn_full_add(&twos, twos_a, twos_b);
        const uint32_t twos_c = litesnn_full_add(&ones, LITESNN_AT(4), LITESNN_AT(5));
        const uint32_t twos_d = litesnn_full_add(&ones, LITESNN_AT(6), LITESNN_AT(7));
        const uint32_t fours_b = litesnn_full_add(&twos, twos_c, twos_d);
        events += 8;
        uint32_t carry = litesnn_full_add(&fours, fours_a, fours_b);
        carry = litesnn_half_add(&eights, carry);
        if (carry != 0) {
            carry = litesnn_half_add(&p4, carry);
            if (carry != 0) {
                carry = litesnn_half_add(&p5, carry);
                carry = litesnn_half_add(&p6, carry);
                p7 ^= carry;
            }
        }
    }
#undef LITESNN_AT
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

void litesnn_sum_plane(litesnn_row_base base, const litesnn_u16 *events, uint32_t count, uint32_t words, litesnn_word *sums)
{
    uint32_t w[8];
    litesnn_count_bits(base, events, count, w);
    litesnn_planes_to_bytes(w);
    const litesnn_quad front = {w[0], w[1], w[2], w[3]};
    litesnn_widen_first(front, sums);
    if (words > 8) {
        const litesnn_quad back = {w[4], w[5], w[6], w[7]};
        litesnn_widen_first(back, sums + 8);
    }
}
