/* Neurons in 16-bit lanes: two words of two neurons at a time. */
#include "litesnn_lane_neurons.h"

/* At the first timestep there is no membrane yet, after the last one it is needed no more. */
typedef enum neuron_step { STEP_FIRST, STEP_NEXT, STEP_LAST } neuron_step;

/* Two words of neurons: returns the spikes, bits 0 and 16 for the first word, 1 and 17 for the second. */
LITESNN_INLINE uint32_t fire_words(const uint32_t *table, const litesnn_word *sums, litesnn_word *membrane, litesnn_neuron_rule rule,
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
        const litesnn_pair two = litesnn_load2(table + LITESNN_TABLE_STEP);
        return spikes | (litesnn_above16(litesnn_add16(v.b, two.a), two.b) << 1);
    }
    const uint32_t spikes = litesnn_fire16(&v.a, one.a, one.b);
    const litesnn_pair two = litesnn_load2(table + LITESNN_TABLE_STEP);
    const uint32_t more = litesnn_fire16(&v.b, two.a, two.b);
    litesnn_store2(membrane, v);
    LITESNN_BARRIER();
    return spikes | (more << 1);
}

/* Spikes of a group, bit c of channel c. */
LITESNN_INLINE uint32_t fire_group(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *given,
                                   neuron_step step)
{
    const litesnn_neuron_rule rule = *given;
    const litesnn_word *sums = state->sums;
    litesnn_word *membrane = state->membrane;
    uint32_t spikes = 0;
    for (uint32_t i = 0; i < words; i += 8) {
        uint32_t eight = fire_words(table, sums, membrane, rule, step);
        eight |= fire_words(table + 2 * LITESNN_TABLE_STEP, sums + 2, membrane + 2, rule, step) << 2;
        eight |= fire_words(table + 4 * LITESNN_TABLE_STEP, sums + 4, membrane + 4, rule, step) << 4;
        eight |= fire_words(table + 6 * LITESNN_TABLE_STEP, sums + 6, membrane + 6, rule, step) << 6;
        spikes |= eight << i;
        table += 8 * LITESNN_TABLE_STEP;
        sums += 8;
        membrane += 8;
    }
    /* The upper lanes of a group of 16 are channels 8 to 15. */
    return words > 8 ? spikes : (spikes & 0xFFu) | (spikes >> 8);
}

LITESNN_NOINLINE uint32_t fire_first(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_FIRST);
}

LITESNN_NOINLINE uint32_t fire_next(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_NEXT);
}

LITESNN_NOINLINE uint32_t fire_last(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *rule)
{
    return fire_group(table, state, words, rule, STEP_LAST);
}

uint32_t litesnn_fire_lanes(const uint32_t *table, litesnn_group_state *state, uint32_t words, const litesnn_neuron_rule *rule,
                            uint32_t t, uint32_t timesteps)
{
    if (t == 0) {
        return fire_first(table, state, words, rule);
    }
    return t + 1 < timesteps ? fire_next(table, state, words, rule) : fire_last(table, state, words, rule);
}

/* What eight words of neurons have in common at two timesteps. */
typedef struct two_steps {
    litesnn_neuron_rule rule;
    uint32_t second;
} two_steps;

/*
 * Eight words of neurons at two timesteps: bit j is the first step's spike of word j's lane 0, bit 8 + j the second step's, bits 16 + j
 * and 24 + j those of lane 1.
 */
LITESNN_INLINE uint32_t fire_eight_words(const uint32_t *table, const litesnn_group_state *state, uint32_t first_word, two_steps by)
{
    const litesnn_word *sums = state->sums + first_word;
    uint32_t spikes = 0;
#if LITESNN_DSP && defined(__OPTIMIZE__)
    uint32_t a, b, x, bias, threshold;
    /* In registers, all of them: there are as many as the core has. */
#define LITESNN_FIRE_TWICE(shift, later_shift)                                                                                     \
    "ldr %[a], [%[sums]], #4\n\t"                                                                                                  \
    "ldrd %[bias], %[threshold], [%[table]], #8\n\t"                                                                               \
    "ldr %[x], [%[sums], #60]\n\t"                                                                                                 \
    "smlabb %[b], %[a], %[scale], %[first]\n\t"                                                                                    \
    "smlatt %[a], %[a], %[scale], %[first]\n\t"                                                                                    \
    "pkhbt %[a], %[b], %[a], lsl #16\n\t"                                                                                          \
    "uadd16 %[a], %[a], %[bias]\n\t"                                                                                               \
    "ssub16 %[b], %[threshold], %[a]\n\t"                                                                                          \
    "sel %[a], %[a], %[zero]\n\t"                                                                                                  \
    "sel %[b], %[zero], %[ones]\n\t"                                                                                               \
    "orr %[spikes], %[spikes], %[b], lsl " shift "\n\t"                                                                            \
    "smlawb %[b], %[leak], %[a], %[second]\n\t"                                                                                    \
    "smlawt %[a], %[leak], %[a], %[second]\n\t"                                                                                    \
    "smlabb %[b], %[x], %[scale], %[b]\n\t"                                                                                        \
    "smlatt %[a], %[x], %[scale], %[a]\n\t"                                                                                        \
    "pkhbt %[a], %[b], %[a], lsl #16\n\t"                                                                                          \
    "uadd16 %[a], %[a], %[bias]\n\t"                                                                                               \
    "ssub16 %[b], %[threshold], %[a]\n\t"                                                                                          \
    "sel %[b], %[zero], %[ones]\n\t"                                                                                               \
    "orr %[spikes], %[spikes], %[b], lsl " later_shift "\n\t"
    __asm__(LITESNN_FIRE_TWICE("#0", "#8") LITESNN_FIRE_TWICE("#1", "#9") LITESNN_FIRE_TWICE("#2", "#10")
                LITESNN_FIRE_TWICE("#3", "#11") LITESNN_FIRE_TWICE("#4", "#12") LITESNN_FIRE_TWICE("#5", "#13")
                    LITESNN_FIRE_TWICE("#6", "#14") LITESNN_FIRE_TWICE("#7", "#15")
            : [a] "=&r"(a), [b] "=&r"(b), [x] "=&r"(x), [bias] "=&r"(bias), [threshold] "=&r"(threshold), [table] "+&r"(table),
              [sums] "+&r"(sums), [spikes] "+&r"(spikes)
            : [scale] "r"(by.rule.scale), [first] "r"(by.rule.constant), [second] "r"(by.second), [leak] "r"(by.rule.leak_256),
              [zero] "r"(0u), [ones] "r"(0x00010001u)
            : "cc", "memory");
#undef LITESNN_FIRE_TWICE
#else
    const litesnn_word *later_sums = state->membrane + first_word;
    for (uint32_t j = 0; j < 8; j++) {
        const uint32_t bias = table[LITESNN_TABLE_STEP * j];
        const uint32_t threshold = table[LITESNN_TABLE_STEP * j + 1];
        uint32_t v = litesnn_mla16(sums[j], by.rule.scale, by.rule.constant);
        spikes |= litesnn_fire16(&v, bias, threshold) << j;
        v = litesnn_leak_mla16(by.rule.leak_256, v, later_sums[j], by.rule.scale, by.second);
        spikes |= litesnn_above16(litesnn_add16(v, bias), threshold) << (8 + j);
    }
#endif
    return spikes;
}

uint32_t litesnn_fire_lanes_twice(const uint32_t *table, const litesnn_group_state *state, uint32_t words,
                                  const litesnn_neuron_rule *rule, uint32_t second, uint32_t *later)
{
    const two_steps by = {*rule, second};
    const uint32_t low = fire_eight_words(table, state, 0, by);
    if (words <= 8) {
        *later = ((low >> 8) & 0xFFu) | ((low >> 24) << 8);
        return (low & 0xFFu) | ((low >> 8) & 0xFF00u);
    }
    const uint32_t high = fire_eight_words(table + 8 * LITESNN_TABLE_STEP, state, 8, by);
    *later = ((low >> 8) & 0x00FF00FFu) | (high & 0xFF00FF00u);
    return (low & 0x00FF00FFu) | ((high << 8) & 0xFF00FF00u);
}
