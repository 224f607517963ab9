import type { PartKernel, TaskKernel } from './kernels.js';
import type { NetworkPlan } from './plan.js';
import { ProgramIndex, type PartCall, type Phase, type Program, type Task } from './program.js';

/** Collects calls until something must wait for all threads. */
class ProgramBuilder {
  private readonly phases: Phase[] = [];
  private calls: PartCall[] = [];
  private tasks: readonly Task[] = [];

  call(kernel: PartKernel, descriptor: number): void {
    this.calls.push({ kernel, descriptor });
  }

  setTasks(tasks: readonly Task[]): void {
    this.tasks = tasks;
  }

  /** What follows needs the results of all parts and tasks so far. */
  synchronize(): void {
    this.phases.push({ tasks: this.tasks, calls: this.calls });
    this.calls = [];
    this.tasks = [];
  }

  finish(): Program {
    this.synchronize();
    return this.phases;
  }
}

/** One task a weight tensor, the largest first, each to the thread with the least to do. */
function weightTasks(plan: NetworkPlan, kernel: TaskKernel, threads: number): Task[] {
  const tensors = [
    ...plan.populations.flatMap(({ edges }) => edges.map((edge) => edge.weights)),
    plan.head.weights,
  ];
  const load = new Array<number>(threads).fill(0);
  return tensors
    .filter((weights) => weights !== undefined)
    .sort((a, b) => b.count - a.count)
    .map(({ address, count }) => {
      const owner = load.indexOf(Math.min(...load));
      load[owner] += count;
      return { kernel, descriptor: address, owner };
    });
}

/**
 * Layer-major: a population runs all timesteps before the next one starts. Parts of the batch are independent but for the
 * batch's statistics, so threads meet once a population; in evaluation only after the weights are ready.
 */
function forwardProgram(plan: NetworkPlan, threads: number, training: boolean): Program {
  const program = new ProgramBuilder();
  program.setTasks(weightTasks(plan, 'prepareWeights', threads));
  program.call('loadInput', plan.input.address);
  program.synchronize();
  for (const { address, edges, pools } of plan.populations) {
    for (const edge of edges) program.call(training ? 'edgeForward' : 'edgeForwardOnly', edge.address);
    if (training) program.synchronize();
    program.call(training ? 'batchCoefficients' : 'runningCoefficients', address);
    program.call(plan.valued ? 'reluForward' : 'lifForward', address);
    for (const pool of pools) program.call('poolForward', pool.address);
  }
  program.call('headForward', plan.head.address);
  return program.finish();
}

function backwardProgram(plan: NetworkPlan, threads: number): Program {
  const program = new ProgramBuilder();
  const start = (turn: number): void => {
    for (const { address, startTurn, pools } of plan.populations) {
      if (startTurn === turn) program.call('startGradient', address);
      for (const pool of pools) if (pool.startTurn === turn) program.call('poolStartGradient', pool.address);
    }
  };
  start(plan.populations.length);
  program.call('headBackward', plan.head.address);
  for (const [turn, { address, edges, pools }] of [...plan.populations.entries()].reverse()) {
    for (const pool of pools) program.call('poolBackward', pool.address);
    program.call(plan.valued ? 'reluBackward' : 'lifBackward', address);
    program.synchronize();
    program.call('backCoefficients', address);
    start(turn);
    for (const edge of edges) program.call('edgeBackward', edge.address);
  }
  program.synchronize();
  const headBias: Task = { kernel: 'finishHeadBias', descriptor: plan.head.address, owner: 0 };
  program.setTasks([...weightTasks(plan, 'finishWeights', threads), headBias]);
  return program.finish();
}

/** In the order of `ProgramIndex`. */
export function planPrograms(plan: NetworkPlan, threads: number): Program[] {
  const programs: Program[] = [];
  programs[ProgramIndex.forward] = forwardProgram(plan, threads, true);
  programs[ProgramIndex.backward] = backwardProgram(plan, threads);
  programs[ProgramIndex.evaluate] = forwardProgram(plan, threads, false);
  return programs;
}
