#include "cobs.h"

#define LONGEST_RUN 0xFFu

size_t cobs_encode(const uint8_t *data, size_t length, uint8_t *encoded)
{
    size_t code_at = 0u;
    size_t out = 1u;
    for (size_t i = 0u; i < length; i++) {
        if (data[i] != 0u) encoded[out++] = data[i];
        const size_t run = out - code_at;
        if (data[i] == 0u || (run == LONGEST_RUN && i + 1u < length)) {
            encoded[code_at] = (uint8_t)run;
            code_at = out++;
        }
    }
    encoded[code_at] = (uint8_t)(out - code_at);
    return out;
}

size_t cobs_decode(uint8_t *bytes, size_t length)
{
    size_t in = 0u;
    size_t out = 0u;
    while (in < length) {
        const size_t code = bytes[in];
        if (code == 0u || in + code > length) return 0u;
        for (size_t i = 1u; i < code; i++) bytes[out++] = bytes[in + i];
        in += code;
        if (code != LONGEST_RUN && in < length) bytes[out++] = 0u;
    }
    return out;
}
