/*
 * Weights that are stored tighter than kernels read them (litesnn_unpack.c): made into the kernels' tables in RAM, once, before the
 * first inference.
 */
#ifndef LITESNN_UNPACK_H
#define LITESNN_UNPACK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct litesnn_packed_table {
    const uint8_t *stream;
    /* uint32_t or int8_t, as the stream says. */
    void *table;
    /* Of the stream: no more is read. */
    uint32_t bytes;
    /* Of the table: no more is written. */
    uint32_t elements;
} litesnn_packed_table;

void litesnn_unpack_tables(const litesnn_packed_table *packed, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
