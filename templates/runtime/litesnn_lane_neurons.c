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
