// Fits the planner's cost model to counts of the project's own kernels, and writes it into the sources.
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { toolPrefix } from '../src/codegen/firmware/toolchain.js';
import { writeAtomic } from '../src/core/files.js';
import { packageRoot } from '../src/core/paths.js';
import { runTool } from '../src/core/process.js';
import { runBenchmark, type BenchmarkResult } from './contract.js';
import { costCases } from './cost/cases.js';
import { fitCosts, type Fit } from './cost/fit.js';
import { samplesOf, type CostSample } from './cost/samples.js';
import { benchCore, coreNames, type BenchCore, type CoreName } from './device/core.js';

const OPTIONS = {
  cores: { type: 'array', choices: coreNames, default: coreNames, describe: 'cores to fit' },
  write: { type: 'boolean', default: true, describe: 'write src/codegen/plan/costs/<core>.ts' },
} as const;

async function writeCosts({ target }: BenchCore, fit: Fit, samples: number): Promise<string> {
  const { stdout } = await runTool(`${toolPrefix}gcc`, ['-dumpversion']);
  const path = join(packageRoot, 'src', 'codegen', 'plan', 'costs', `${target.core}.ts`);
  const source = `npm run bench:cost: ${samples} layers counted in QEMU, GCC ${stdout.trim()} -O3; mean error ${fit.meanErrorPct.toFixed(1)} % of a layer`;
  const table = JSON.stringify({ source, instructions: fit.instructions });
  const name = target.core.replace('-', '_').toUpperCase();
  const text = `// Written by npm run bench:cost.
import type { CostTable } from './table.js';

export const ${name}: CostTable = ${table};
`;
  writeAtomic(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
  return path;
}

await runBenchmark(
  { name: 'cost', describe: "fit the planner's cost model to counts of its kernels", options: OPTIONS },
  async ({ cores, write }, context) => {
    const makers = costCases();
    const task = context.progress.start('programs', makers.length * cores.length);
    const samples = new Map<CoreName, CostSample[]>((cores as CoreName[]).map((core) => [core, []]));
    let done = 0;
    for (const make of makers) {
      const costCase = make();
      for (const [core, list] of samples) {
        context.signal.throwIfAborted();
        list.push(...(await samplesOf(benchCore(core), costCase, context)));
        task.update(++done);
      }
    }
    task.finish();
    const results: (BenchmarkResult & { meanErrorPct: number; worstErrorPct: number })[] = [];
    for (const [core, list] of samples) {
      const fit = fitCosts(list);
      if (write) context.progress.note(await writeCosts(benchCore(core), fit, list.length));
      const { instructions, meanErrorPct, worstErrorPct } = fit;
      results.push({ core, layers: list.length, meanErrorPct, worstErrorPct, instructions });
    }
    return {
      results,
      headline: {
        meanErrorPct: Math.max(...results.map((row) => row.meanErrorPct)),
        worstErrorPct: Math.max(...results.map((row) => row.worstErrorPct)),
      },
    };
  },
);
