#include "input.h"
#include <string.h>
#include "litesnn_model.h"

static int8_t values[LITESNN_INPUT_BYTES];
/* A bit a byte: parts may be repeated and come in any order. */
static uint8_t loaded[(LITESNN_INPUT_BYTES + 7u) / 8u];
static uint32_t missing = LITESNN_INPUT_BYTES;

void input_forget(void)
{
    memset(loaded, 0, sizeof loaded);
    missing = LITESNN_INPUT_BYTES;
}

static void mark_loaded(uint32_t index)
{
    const uint8_t mask = (uint8_t)(1u << (index % 8u));
    if ((loaded[index / 8u] & mask) != 0u) return;
    loaded[index / 8u] = (uint8_t)(loaded[index / 8u] | mask);
    missing--;
}

bool input_store(uint32_t offset, const uint8_t *part, uint32_t length)
{
    if (offset > LITESNN_INPUT_BYTES || length > LITESNN_INPUT_BYTES - offset) return false;
    memcpy(values + offset, part, length);
    for (uint32_t i = 0u; i < length; i++) mark_loaded(offset + i);
    return true;
}

bool input_is_complete(void) { return missing == 0u; }

const int8_t *input_values(void) { return values; }
