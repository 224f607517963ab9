import type { GeneratedFile } from '../../src/codegen/generated-file.js';

/** More classes than one result frame holds. */
export const doubleClasses = 60;
export const doubleInputBytes = 600;

const header = `#ifndef LITESNN_MODEL_H
#define LITESNN_MODEL_H

#include "litesnn_runtime.h"

#define LITESNN_INPUT_BYTES ${doubleInputBytes}
#define LITESNN_CLASSES ${doubleClasses}
#define LITESNN_TIMESTEPS 3
#define LITESNN_LAYERS 1

typedef struct { int32_t logits[LITESNN_CLASSES]; uint16_t class_index; uint8_t timesteps; } litesnn_result;
typedef struct { litesnn_trace_hook hook; } litesnn_context;

void litesnn_init(litesnn_context *context);
void litesnn_set_trace(litesnn_context *context, litesnn_trace_fn trace, void *user);
void litesnn_infer(litesnn_context *context, const int8_t *input, litesnn_result *result);

extern const uint8_t litesnn_model_hash[32];

#endif
`;

const source = `#include "litesnn_model.h"
#include <string.h>
#include "board.h"

const uint8_t litesnn_model_hash[32] = { 1, 2, 3 };

void litesnn_init(litesnn_context *context) { context->hook.function = 0; }

void litesnn_set_trace(litesnn_context *context, litesnn_trace_fn trace, void *user) {
  context->hook.function = trace;
  context->hook.user = user;
}

/* Two instructions a round. */
static void spin(uint32_t rounds) { __asm volatile("1: subs %0, #1\\n bne 1b" : "+r"(rounds)::"cc"); }

static void tell(litesnn_context *context, litesnn_trace_phase phase, uint16_t layer) {
  litesnn_trace event = { .phase = phase, .layer = layer };
  if (context->hook.function == 0) return;
  if (phase == LITESNN_TRACE_COUNTS) {
    spin(5000u);
    event.spikes_in = 100u + layer;
    event.spikes_out = 200u + layer;
  }
  context->hook.function(context->hook.user, &event);
}

static void run_part(litesnn_context *context, uint16_t layer, uint32_t rounds) {
  tell(context, LITESNN_TRACE_BEGIN, layer);
  spin(rounds);
  tell(context, LITESNN_TRACE_END, layer);
  tell(context, LITESNN_TRACE_COUNTS, layer);
}

/* Bytes 0..3: rounds, or milliseconds where byte 4 is 1. */
void litesnn_infer(litesnn_context *context, const int8_t *input, litesnn_result *result) {
  uint32_t amount;
  memcpy(&amount, input, sizeof amount);
  if (input[4] == 1) {
    board_sleep_ms(amount);
  } else {
    run_part(context, 0u, amount);
    run_part(context, 1u, 2u * amount);
  }
  for (int32_t i = 0; i < LITESNN_CLASSES; i++) result->logits[i] = input[LITESNN_INPUT_BYTES - 1] - 1000 * i;
  result->class_index = 7u;
  result->timesteps = 3u;
}
`;

/**
 * A library with the interface of a generated one, whose "network" takes a known number of instructions. It brings only the
 * model's part: the runtime's header is the real one.
 */
export function doubleLibrary(runtimeHeader: GeneratedFile): GeneratedFile[] {
  return [
    runtimeHeader,
    { path: 'lib/litesnn_model.h', contents: header },
    { path: 'lib/litesnn_model.c', contents: source },
  ];
}
