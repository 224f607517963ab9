/*
 * Reads packed weights: a number that grows by a byte whenever it is small, whose low bits say what comes next (asymmetric numeral
 * systems, Duda 2013, arXiv:1311.2540). A symbol that has `frequency` of 4,096 slots takes -log2(frequency / 4096) bits, a plain number of n
 * bits takes n. The generator has read back everything it wrote; nothing is checked here, but neither bytes nor table are left.
 */
#include "litesnn_unpack.h"

#define LOWEST (1u << 23)
#define SCALE_BITS 12u
#define SCALE (1u << SCALE_BITS)
#define MOST_FREQUENCIES 16u

/* It runs once: small rather than fast, whatever the rest is compiled for. */
#if defined(__GNUC__)
#define LITESNN_ONCE __attribute__((cold, noinline))
#else
#define LITESNN_ONCE
#endif

typedef struct reader {
    uint32_t state;
    const uint8_t *next;
    const uint8_t *end;
} reader;

/* What a field holds: `zero`, or base + spacing * level; see src/codegen/storage/symbol-model.ts. */
typedef struct model {
    uint32_t zero_frequency;
    uint32_t zero;
    uint32_t base;
    uint32_t spacing;
    uint32_t raw_bits;
    uint32_t high_count;
    uint16_t frequencies[MOST_FREQUENCIES];
} model;

/* Fields are collected, the first one lowest, until they fill an element. */
typedef struct writer {
    uint32_t word_elements;
    uint32_t field_bits;
    uint32_t element;
    uint32_t filled;
    uint32_t *words;
    uint8_t *bytes;
    uint32_t left;
} writer;

static void refill(reader *in)
{
    while (in->state < LOWEST && in->next != in->end) {
        in->state = in->state << 8 | *in->next++;
    }
}

/* Up to 12 bits. */
LITESNN_ONCE static uint32_t take_bits(reader *in, uint32_t bits)
{
    const uint32_t value = in->state & ((1u << bits) - 1u);
    in->state >>= bits;
    refill(in);
    return value;
}

/* The low 12 bits come first. */
LITESNN_ONCE static uint32_t take_number(reader *in, uint32_t bits)
{
    uint32_t value = 0;
    uint32_t shift = 0;
    for (; bits - shift > SCALE_BITS; shift += SCALE_BITS) {
        value |= take_bits(in, SCALE_BITS) << shift;
    }
    return value | take_bits(in, bits - shift) << shift;
}

LITESNN_ONCE static void take_symbol(reader *in, uint32_t start, uint32_t frequency)
{
    in->state = frequency * (in->state >> SCALE_BITS) + (in->state & (SCALE - 1u)) - start;
    refill(in);
}

LITESNN_ONCE static uint32_t take_high(reader *in, const model *about)
{
    const uint32_t slot = in->state & (SCALE - 1u);
    uint32_t high = 0;
    uint32_t start = 0;
    while (high < about->high_count - 1u && slot >= start + about->frequencies[high]) {
        start += about->frequencies[high++];
    }
    take_symbol(in, start, about->frequencies[high]);
    return high;
}

LITESNN_ONCE static uint32_t take_weight(reader *in, const model *about)
{
    uint32_t level = 0;
    if (about->zero_frequency != 0) {
        if ((in->state & (SCALE - 1u)) < about->zero_frequency) {
            take_symbol(in, 0, about->zero_frequency);
            return about->zero;
        }
        take_symbol(in, about->zero_frequency, SCALE - about->zero_frequency);
    }
    if (about->high_count != 0) {
        level = take_high(in, about) << about->raw_bits;
    }
    level += take_bits(in, about->raw_bits);
    return about->base + about->spacing * level;
}

LITESNN_ONCE static void put(writer *out, uint32_t field)
{
    out->element |= (field & ((1u << out->field_bits) - 1u)) << out->filled;
    out->filled += out->field_bits;
    if (out->word_elements != 0 && out->filled == 32) {
        *out->words++ = out->element;
    } else if (out->word_elements == 0 && out->filled == 8) {
        *out->bytes++ = (uint8_t)out->element;
    } else {
        return;
    }
    out->element = 0;
    out->filled = 0;
    out->left--;
}

LITESNN_ONCE static void read_model(reader *in, model *about, uint32_t field_bits)
{
    uint32_t high_bits;
    about->zero_frequency = take_number(in, SCALE_BITS);
    about->zero = about->zero_frequency == 0 ? 0 : take_number(in, field_bits);
    about->base = take_number(in, field_bits);
    about->spacing = 1u + take_number(in, 1);
    about->raw_bits = take_number(in, 4);
    high_bits = take_number(in, 3);
    about->high_count = high_bits == 0 ? 0 : (1u << high_bits) & (2u * MOST_FREQUENCIES - 1u);
    for (uint32_t i = 0; i < about->high_count; i++) {
        about->frequencies[i] = (uint16_t)take_number(in, SCALE_BITS);
    }
}

LITESNN_ONCE static void unpack_table(const litesnn_packed_table *packed)
{
    reader in = {0, packed->stream, packed->stream + packed->bytes};
    model about;
    writer out = {0, 0, 0, 0, packed->table, packed->table, packed->elements};
    refill(&in);
    out.word_elements = take_number(&in, 1);
    out.field_bits = 1u << take_number(&in, 3);
    read_model(&in, &about, out.field_bits);
    const uint32_t row_fields = 1u + take_number(&in, 5);
    const uint32_t whole = take_number(&in, 1);
    const uint32_t absent = whole != 0 ? 0 : take_number(&in, out.field_bits);
    uint32_t segments = whole != 0 ? 1 : 1u + take_number(&in, 3);
    while (out.left != 0 && segments-- != 0) {
        /* The last one ends with the table. */
        uint32_t rows = segments == 0 ? UINT32_MAX : take_number(&in, 24);
        const uint32_t mask = whole != 0 ? UINT32_MAX : take_number(&in, row_fields);
        for (; rows != 0 && out.left != 0; rows--) {
            for (uint32_t i = 0; i < row_fields && out.left != 0; i++) {
                put(&out, (mask >> i & 1u) != 0 ? take_weight(&in, &about) : absent);
            }
        }
    }
}

LITESNN_ONCE void litesnn_unpack_tables(const litesnn_packed_table *packed, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        unpack_table(&packed[i]);
    }
}
