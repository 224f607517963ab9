#ifndef BYTES_H
#define BYTES_H

/* Little-endian fields of a payload. */

#include <stddef.h>
#include <stdint.h>

static inline uint32_t bytes_u16(const uint8_t *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }
static inline uint32_t bytes_u32(const uint8_t *at) { return bytes_u16(at) | bytes_u16(at + 2) << 16; }

typedef struct {
    uint8_t *at;
} bytes_writer;

static inline void bytes_put8(bytes_writer *writer, uint32_t value) { *writer->at++ = (uint8_t)value; }

static inline void bytes_put16(bytes_writer *writer, uint32_t value)
{
    bytes_put8(writer, value);
    bytes_put8(writer, value >> 8);
}

static inline void bytes_put32(bytes_writer *writer, uint32_t value)
{
    bytes_put16(writer, value);
    bytes_put16(writer, value >> 16);
}

static inline void bytes_put64(bytes_writer *writer, uint64_t value)
{
    bytes_put32(writer, (uint32_t)value);
    bytes_put32(writer, (uint32_t)(value >> 32));
}

static inline void bytes_put(bytes_writer *writer, const uint8_t *data, size_t length)
{
    for (size_t i = 0u; i < length; i++) *writer->at++ = data[i];
}

#endif
