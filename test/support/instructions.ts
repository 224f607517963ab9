import { planNetwork } from '../../src/codegen/plan/network.js';
import { renderLibrary } from '../../src/codegen/library/render.js';
import type { PlanOptions } from '../../src/codegen/plan/types.js';
import type { IntegerModel } from '../../src/model/types.js';
import { supportC } from './library-batch.js';
import { runOnM4 } from './qemu-c.js';

/** 2^10 ns of virtual time an instruction, 40 ns a tick of the 25 MHz timer. */
const TICKS_PER_INSTRUCTION = 1024 / 40;
const ICOUNT = ['-icount', 'shift=10,sleep=off'];

/** Instructions that an emulated Cortex-M4 executes for each layer, then the head, in one inference. */
export async function countInstructions(
  model: IntegerModel,
  input: Int8Array,
  kernels: PlanOptions['kernels'],
): Promise<readonly number[]> {
  const plan = planNetwork(model, undefined, { kernels });
  const library = renderLibrary(model, plan, { modelHash: '5a'.repeat(32), command: 'test' });
  const record = await runOnM4(
    [
      ...library.map((file) => ({ ...file, path: file.path.replace('lib/', '') })),
      ...['batch.h', 'batch.c', 'ticks.c'].map((path) => ({ path, contents: supportC(path) })),
      { path: 'batch_run.c', contents: driver(input) },
    ],
    ICOUNT,
  );
  return Array.from({ length: record.length / 4 }, (_, i) =>
    Math.round(record.readUInt32LE(4 * i) / TICKS_PER_INSTRUCTION),
  );
}

function driver(input: Int8Array): string {
  return `#include "batch.h"
#include "litesnn_model.h"
void ticks_start(void);
void ticks_trace(void *user, const litesnn_trace *event);
static const int8_t input[LITESNN_INPUT_BYTES] = { ${Array.from(input).join(',')} };
static litesnn_context context;
void batch_run(void)
{
    litesnn_result result;
    litesnn_init(&context);
    litesnn_set_trace(&context, ticks_trace, 0);
    ticks_start();
    litesnn_infer(&context, input, &result);
}
`;
}
