#ifndef COBS_H
#define COBS_H

#include <stddef.h>
#include <stdint.h>

/* Consistent overhead byte stuffing (Cheshire and Baker), without the terminating zero. */

/* Writes at most length + length / 254 + 1 bytes to `encoded`; returns how many. */
size_t cobs_encode(const uint8_t *data, size_t length, uint8_t *encoded);

/* Decodes in place. Returns the number of bytes, 0 for what no encoder could have made. */
size_t cobs_decode(uint8_t *bytes, size_t length);

#endif
