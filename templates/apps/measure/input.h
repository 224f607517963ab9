#ifndef INPUT_H
#define INPUT_H

/* The network's int8 input, loaded in parts, and which of its bytes have come. */

#include <stdbool.h>
#include <stdint.h>

void input_forget(void);

/* False when the part reaches past the end. */
bool input_store(uint32_t offset, const uint8_t *part, uint32_t length);

bool input_is_complete(void);

const int8_t *input_values(void);

#endif
