import { ExitCode, LitesnnError } from '../../core/errors.js';
import { INDIRECT_CALL, type CallGraph, type StackFunction } from './call-graph.js';
import type { DisassembledFunction } from './disassembly.js';

export interface StackProgram {
  readonly graph: CallGraph;
  /** By symbol, for what the graph has no frame of. */
  readonly disassembly: ReadonlyMap<string, DisassembledFunction>;
  /** Names of the functions that any call through a pointer may reach. */
  readonly indirectCalls: readonly string[];
}

export interface StackDepth {
  readonly bytes: number;
  /** Names, outermost first. */
  readonly path: readonly string[];
}

/**
 * Deepest stack below a call of `root`, over all chains of calls.
 * @throws LitesnnError STACK_RECURSION, STACK_UNBOUNDED, STACK_UNKNOWN: where no bound can be given
 */
export function worstCase(program: StackProgram, root: string): StackDepth {
  const known = new Map<string, StackDepth>();
  const chain: string[] = [];

  const depthOf = (id: string): StackDepth => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    if (chain.includes(id)) {
      throw failure(
        'STACK_RECURSION',
        `${nameOf(id)} can call itself: ${[...chain.slice(chain.indexOf(id)), id].map(nameOf).join(' > ')}`,
      );
    }
    chain.push(id);
    const { name, frameBytes, calls } = resolve(program, id);
    let deepest: StackDepth = { bytes: 0, path: [] };
    for (const callee of calls) {
      const depth = depthOf(callee);
      if (depth.bytes > deepest.bytes || deepest.path.length === 0) deepest = depth;
    }
    chain.pop();
    const depth = { bytes: frameBytes + deepest.bytes, path: [name, ...deepest.path] };
    known.set(id, depth);
    return depth;
  };

  return depthOf(idOf(program, root));
}

interface Resolved {
  readonly name: string;
  readonly frameBytes: number;
  readonly calls: readonly string[];
}

function resolve(program: StackProgram, id: string): Resolved {
  const { graph, disassembly } = program;
  const found = graph.get(id);
  if (found?.frameBytes === undefined) {
    const code = disassembly.get(nameOf(id));
    if (code === undefined) throw failure('STACK_UNKNOWN', `the stack of ${nameOf(id)} is not known`);
    return {
      name: code.name,
      frameBytes: code.frameBytes,
      calls: [...code.calls].map((name) => idOf(program, name)),
    };
  }
  if (found.unbounded) throw failure('STACK_UNBOUNDED', `the frame of ${found.name} has no fixed size`);
  return { name: found.name, frameBytes: found.frameBytes, calls: [...callsOf(program, found)] };
}

function callsOf(program: StackProgram, caller: StackFunction): Set<string> {
  const calls = new Set<string>();
  for (const callee of caller.calls) {
    if (callee !== INDIRECT_CALL) {
      calls.add(callee);
    } else if (program.indirectCalls.length === 0) {
      throw failure('STACK_UNKNOWN', `${caller.name} calls through a pointer, and nothing says what`);
    } else {
      for (const name of program.indirectCalls) calls.add(idOf(program, name));
    }
  }
  // Calls of the compiler's own helpers (64-bit division and the like) are in the code only.
  for (const name of program.disassembly.get(caller.name)?.calls ?? []) {
    if (!isCompiled(program.graph, name)) calls.add(name);
  }
  return calls;
}

function isCompiled(graph: CallGraph, name: string): boolean {
  for (const candidate of graph.values())
    if (candidate.name === name && candidate.frameBytes !== undefined) return true;
  return false;
}

function idOf({ graph }: StackProgram, name: string): string {
  for (const { id, name: candidate, frameBytes } of graph.values()) {
    if (candidate === name && frameBytes !== undefined) return id;
  }
  return name;
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1);
}

function failure(code: string, message: string): LitesnnError {
  return new LitesnnError(code, ExitCode.build, message, {
    hint: 'the worst-case stack must have a bound: no recursion, no variable-length arrays, no unnamed calls through pointers',
  });
}
