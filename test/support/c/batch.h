/* Runs generated networks and writes down everything they do; see test/support/library-batch.ts. */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "litesnn_runtime.h"

/* Supplied by the environment: appends to the record. */
void batch_write(const void *data, size_t length);

void batch_write_word(uint32_t word);
void batch_write_result(const int32_t *logits, uint32_t classes, uint32_t class_index, uint32_t timesteps);
/* A litesnn_trace_fn: records the phase, the layer, and at LITESNN_TRACE_COUNTS the counts and every spike. */
void batch_trace(void *user, const litesnn_trace *event);

/* Generated: runs every network of the batch on all of its inputs. */
void batch_run(void);

#endif
