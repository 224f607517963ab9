/*
 * Two 16-bit lanes in a word. Cortex-M4, M7, M33 and M55 have instructions for it (Arm's DSP extension); each has a twin in
 * plain C, which the other cores and the host use. Lanes wrap around at 16 bits wherever nothing else is said.
 */
#ifndef LITESNN_SIMD_H
#define LITESNN_SIMD_H

#include <stdint.h>

#if defined(__GNUC__)
#define LITESNN_INLINE static inline __attribute__((always_inline))
#else
#define LITESNN_INLINE static inline
#endif

/* A function of its own has the registers to itself; entering it costs less than what would be spilled. */
#if defined(__GNUC__)
#define LITESNN_NOINLINE static __attribute__((noinline))
#else
#define LITESNN_NOINLINE static
#endif

/* Keeps the compiler from loading ahead more than there are registers for. */
#if defined(__GNUC__)
#define LITESNN_BARRIER() __asm__ volatile("" : : : "memory")
#else
#define LITESNN_BARRIER() ((void)0)
#endif

/* Before a loop of a few turns. */
#if defined(__GNUC__) && !defined(__clang__)
#define LITESNN_UNROLL _Pragma("GCC unroll 8")
#else
#define LITESNN_UNROLL
#endif

#if defined(__GNUC__) && defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
#define LITESNN_DSP 1
#else
#define LITESNN_DSP 0
#endif

/* Multiple loads exist in Thumb-2 for any registers. */
#if defined(__GNUC__) && defined(__thumb2__)
#define LITESNN_THUMB2 1
#else
#define LITESNN_THUMB2 0
#endif

LITESNN_INLINE uint32_t litesnn_leading_zeros(uint32_t word)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_clz(word);
#else
    uint32_t zeros = 0;
    while ((word & 0x80000000u) == 0) {
        word <<= 1;
        zeros++;
    }
    return zeros;
#endif
}

/* Lane 0 of the first, lane 0 of the second as lane 1. */
LITESNN_INLINE uint32_t litesnn_pack(uint32_t low, uint32_t high)
{
#if LITESNN_DSP
    uint32_t packed;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(packed) : "r"(low), "r"(high));
    return packed;
#else
    return (low & 0xFFFFu) | (high << 16);
#endif
}

LITESNN_INLINE uint32_t litesnn_add16(uint32_t a, uint32_t b)
{
#if LITESNN_DSP
    uint32_t sum;
    /* UADD16 also writes the GE flags, which GCC counts as part of the flags. */
    __asm__("uadd16 %0, %1, %2" : "=r"(sum) : "r"(a), "r"(b) : "cc");
    return sum;
#else
    return (((a & 0x7FFF7FFFu) + (b & 0x7FFF7FFFu)) ^ ((a ^ b) & 0x80008000u));
#endif
}

LITESNN_INLINE uint32_t litesnn_sub16(uint32_t a, uint32_t b)
{
#if LITESNN_DSP
    uint32_t difference;
    __asm__("usub16 %0, %1, %2" : "=r"(difference) : "r"(a), "r"(b) : "cc");
    return difference;
#else
    return (((a | 0x80008000u) - (b & 0x7FFF7FFFu)) ^ ((a ^ ~b) & 0x80008000u));
#endif
}

/* Bytes 0 and 2 of a word as lanes. */
LITESNN_INLINE uint32_t litesnn_even_bytes(uint32_t bytes)
{
    return bytes & 0x00FF00FFu;
}

/* Bytes 1 and 3 of a word as lanes. */
LITESNN_INLINE uint32_t litesnn_odd_bytes(uint32_t bytes)
{
#if LITESNN_DSP
    uint32_t lanes;
    __asm__("uxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(bytes));
    return lanes;
#else
    return (bytes >> 8) & 0x00FF00FFu;
#endif
}

/* Lanes plus bytes 0 and 2 of a word. */
LITESNN_INLINE uint32_t litesnn_add_even_bytes(uint32_t lanes, uint32_t bytes)
{
#if LITESNN_DSP
    uint32_t sum;
    __asm__("uxtab16 %0, %1, %2" : "=r"(sum) : "r"(lanes), "r"(bytes));
    return sum;
#else
    return litesnn_add16(lanes, litesnn_even_bytes(bytes));
#endif
}

/* Lanes plus bytes 1 and 3 of a word. */
LITESNN_INLINE uint32_t litesnn_add_odd_bytes(uint32_t lanes, uint32_t bytes)
{
#if LITESNN_DSP
    uint32_t sum;
    __asm__("uxtab16 %0, %1, %2, ror #8" : "=r"(sum) : "r"(lanes), "r"(bytes));
    return sum;
#else
    return litesnn_add16(lanes, litesnn_odd_bytes(bytes));
#endif
}

/* a + x * y, lane by lane; both lanes have the same `a`. */
LITESNN_INLINE uint32_t litesnn_mla16(uint32_t x, uint32_t y, uint32_t a)
{
#if LITESNN_DSP
    uint32_t low;
    uint32_t sum;
    __asm__("smlabb %0, %2, %3, %4\n\tsmlatt %1, %2, %3, %4\n\tpkhbt %1, %0, %1, lsl #16"
            : "=&r"(low), "=&r"(sum)
            : "r"(x), "r"(y), "r"(a));
    return sum;
#else
    return litesnn_pack(a + x * y, a + (x >> 16) * (y >> 16));
#endif
}

/* a + x * y + floor(leak * v / 256), lane by lane; v is signed, `leak_256` is 256 * leak, both lanes have the same `a`. */
LITESNN_INLINE uint32_t litesnn_leak_mla16(uint32_t leak_256, uint32_t v, uint32_t x, uint32_t y, uint32_t a)
{
#if LITESNN_DSP
    uint32_t low;
    __asm__("smlawb %0, %2, %1, %5\n\tsmlawt %1, %2, %1, %5\n\t"
            "smlabb %0, %3, %4, %0\n\tsmlatt %1, %3, %4, %1\n\tpkhbt %1, %0, %1, lsl #16"
            : "=&r"(low), "+&r"(v)
            : "r"(leak_256), "r"(x), "r"(y), "r"(a));
    return v;
#else
    const int32_t leak = (int32_t)(leak_256 >> 8);
    const int32_t low = (leak * ((int32_t)(v << 16) >> 16)) >> 8;
    const int32_t high = (leak * ((int32_t)v >> 16)) >> 8;
    return litesnn_add16(litesnn_mla16(x, y, a), litesnn_pack((uint32_t)low, (uint32_t)high));
#endif
}

/*
 * Signed lanes u = *v + add against thresholds: bit 0 of a lane of the result is set where u > threshold, and that lane of *v
 * becomes 0; the others become u.
 */
LITESNN_INLINE uint32_t litesnn_fire16(uint32_t *v, uint32_t add, uint32_t threshold)
{
#if LITESNN_DSP
    /* SSUB16 sets GE where the exact difference is not negative. UADD16 sets GE too, which nobody reads. */
    uint32_t u = *v;
    __asm__("uadd16 %0, %0, %1\n\tssub16 %1, %2, %0\n\tsel %0, %0, %3\n\tsel %1, %3, %4"
            : "+&r"(u), "+&r"(add)
            : "r"(threshold), "r"(0u), "r"(0x00010001u)
            : "cc");
    *v = u;
    return add;
#else
    const uint32_t u = litesnn_add16(*v, add);
    const uint32_t low = (int32_t)(u << 16) > (int32_t)(threshold << 16);
    const uint32_t high = (int32_t)(u & 0xFFFF0000u) > (int32_t)(threshold & 0xFFFF0000u);
    *v = (u & 0xFFFFu & (low - 1u)) | (u & 0xFFFF0000u & (high - 1u));
    return low | (high << 16);
#endif
}

/* Bit 0 of a lane is set where signed u > threshold. */
LITESNN_INLINE uint32_t litesnn_above16(uint32_t u, uint32_t threshold)
{
#if LITESNN_DSP
    __asm__("ssub16 %0, %1, %0\n\tsel %0, %2, %3" : "+&r"(u) : "r"(threshold), "r"(0u), "r"(0x00010001u) : "cc");
    return u;
#else
    return litesnn_fire16(&u, 0, threshold);
#endif
}

/* Signed bytes 0 and 2 of a word as lanes. */
LITESNN_INLINE uint32_t litesnn_even_signed_bytes(uint32_t bytes)
{
#if LITESNN_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1" : "=r"(lanes) : "r"(bytes));
    return lanes;
#else
    return litesnn_even_bytes(bytes) | (((bytes & 0x00800080u) << 9) - ((bytes & 0x00800080u) << 1));
#endif
}

/* Signed bytes 1 and 3 of a word as lanes. */
LITESNN_INLINE uint32_t litesnn_odd_signed_bytes(uint32_t bytes)
{
#if LITESNN_DSP
    uint32_t lanes;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(lanes) : "r"(bytes));
    return lanes;
#else
    return litesnn_even_signed_bytes(bytes >> 8);
#endif
}

/* a + x.lane0 * y.lane0, signed; the caller knows that nothing passes 32 bits. */
LITESNN_INLINE int32_t litesnn_mla32_low(uint32_t x, uint32_t y, int32_t a)
{
#if LITESNN_DSP
    int32_t sum;
    __asm__("smlabb %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(a) : "cc");
    return sum;
#else
    return a + (int16_t)(x & 0xFFFFu) * (int16_t)(y & 0xFFFFu);
#endif
}

/* a + x.lane1 * y.lane1, signed. */
LITESNN_INLINE int32_t litesnn_mla32_high(uint32_t x, uint32_t y, int32_t a)
{
#if LITESNN_DSP
    int32_t sum;
    __asm__("smlatt %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(a) : "cc");
    return sum;
#else
    return a + ((int32_t)x >> 16) * ((int32_t)y >> 16);
#endif
}

/* a + x.lane0 * y.lane0 + x.lane1 * y.lane1, signed; the caller knows that nothing passes 32 bits. */
LITESNN_INLINE int32_t litesnn_mla_pair(uint32_t x, uint32_t y, int32_t a)
{
#if LITESNN_DSP
    int32_t sum;
    __asm__("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(y), "r"(a) : "cc");
    return sum;
#else
    return a + (int16_t)(x & 0xFFFFu) * (int16_t)(y & 0xFFFFu) + ((int32_t)x >> 16) * ((int32_t)y >> 16);
#endif
}

/*
 * A neuron of 32 bits with u against its threshold, the difference of which fits: returns `bits` with the spike as its new lowest
 * bit; *kept is 0 after a spike, u otherwise.
 */
LITESNN_INLINE uint32_t litesnn_fire32(uint32_t bits, int32_t u, int32_t threshold, int32_t *kept)
{
#if LITESNN_THUMB2
    int32_t margin;
    int32_t rest;
    __asm__("sub %[margin], %[threshold], %[u]\n\t"
            "bic %[rest], %[u], %[margin], asr #31\n\t"
            "adds %[margin], %[margin], %[margin]\n\t"
            "adc %[bits], %[bits], %[bits]"
            : [margin] "=&r"(margin), [rest] "=&r"(rest), [bits] "+r"(bits)
            : [threshold] "r"(threshold), [u] "r"(u)
            : "cc");
    *kept = rest;
    return bits;
#else
    const int32_t margin = threshold - u;
    *kept = margin < 0 ? 0 : u;
    return (bits << 1) | ((uint32_t)margin >> 31);
#endif
}

/* The same where the membrane is needed no more. */
LITESNN_INLINE uint32_t litesnn_fire32_last(uint32_t bits, int32_t u, int32_t threshold)
{
#if LITESNN_THUMB2
    int32_t margin;
    __asm__("sub %[margin], %[threshold], %[u]\n\t"
            "adds %[margin], %[margin], %[margin]\n\t"
            "adc %[bits], %[bits], %[bits]"
            : [margin] "=&r"(margin), [bits] "+r"(bits)
            : [threshold] "r"(threshold), [u] "r"(u)
            : "cc");
    return bits;
#else
    return (bits << 1) | ((uint32_t)(threshold - u) >> 31);
#endif
}

/* Four words that follow each other. */
typedef struct litesnn_quad {
    uint32_t a, b, c, d;
} litesnn_quad;

LITESNN_INLINE litesnn_quad litesnn_load4(const uint32_t *words)
{
    litesnn_quad quad;
#if LITESNN_THUMB2
    register uint32_t a __asm__("r4");
    register uint32_t b __asm__("r5");
    register uint32_t c __asm__("r6");
    register uint32_t d __asm__("r8");
    __asm__("ldmia %4, {%0, %1, %2, %3}" : "=r"(a), "=r"(b), "=r"(c), "=r"(d) : "r"(words), "m"(*(const uint32_t(*)[4])words));
    quad.a = a;
    quad.b = b;
    quad.c = c;
    quad.d = d;
#else
    quad.a = words[0];
    quad.b = words[1];
    quad.c = words[2];
    quad.d = words[3];
#endif
    return quad;
}

LITESNN_INLINE void litesnn_store4(uint32_t *words, litesnn_quad quad)
{
#if LITESNN_THUMB2
    register uint32_t a __asm__("r4") = quad.a;
    register uint32_t b __asm__("r5") = quad.b;
    register uint32_t c __asm__("r6") = quad.c;
    register uint32_t d __asm__("r8") = quad.d;
    __asm__("stmia %1, {%2, %3, %4, %5}" : "=m"(*(uint32_t(*)[4])words) : "r"(words), "r"(a), "r"(b), "r"(c), "r"(d));
#else
    words[0] = quad.a;
    words[1] = quad.b;
    words[2] = quad.c;
    words[3] = quad.d;
#endif
}

/* Two words that follow each other. */
typedef struct litesnn_pair {
    uint32_t a, b;
} litesnn_pair;

#if LITESNN_THUMB2
/* Of this size GCC only makes addresses that LDRD has; it needs words to be aligned to four bytes only. */
typedef uint64_t __attribute__((may_alias)) litesnn_two_words;
#endif

LITESNN_INLINE litesnn_pair litesnn_load2(const uint32_t *words)
{
    litesnn_pair pair;
#if LITESNN_THUMB2
    __asm__("ldrd %0, %1, %2" : "=r"(pair.a), "=r"(pair.b) : "m"(*(const litesnn_two_words *)(const void *)words));
#else
    pair.a = words[0];
    pair.b = words[1];
#endif
    return pair;
}

LITESNN_INLINE void litesnn_store2(uint32_t *words, litesnn_pair pair)
{
#if LITESNN_THUMB2
    __asm__("strd %1, %2, %0" : "=m"(*(litesnn_two_words *)(void *)words) : "r"(pair.a), "r"(pair.b));
#else
    words[0] = pair.a;
    words[1] = pair.b;
#endif
}

#endif
