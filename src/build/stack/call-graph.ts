/** A function of the program. */
export interface StackFunction {
  /** Unique: `name`, or `file:name` of a static function. */
  readonly id: string;
  /** As the symbol table has it. */
  readonly name: string;
  /** Bytes of its own frame; undefined where only a declaration was seen. */
  readonly frameBytes: number | undefined;
  /** The frame's size depends on values at run time. */
  readonly unbounded: boolean;
  /** Ids of what it calls. */
  readonly calls: ReadonlySet<string>;
}

export type CallGraph = ReadonlyMap<string, StackFunction>;

/** Id that GCC gives every call through a pointer. */
export const INDIRECT_CALL = '__indirect_call';

interface MutableFunction extends StackFunction {
  frameBytes: number | undefined;
  unbounded: boolean;
  readonly calls: Set<string>;
}

/** Joins the graphs that GCC's `-fcallgraph-info=su` wrote, one `.ci` text a compilation. */
export function parseCallGraphs(texts: readonly string[]): CallGraph {
  const graph = new Map<string, MutableFunction>();
  const functionOf = (id: string): MutableFunction => {
    const known = graph.get(id);
    if (known !== undefined) return known;
    const name = id.slice(id.lastIndexOf(':') + 1);
    const made: MutableFunction = { id, name, frameBytes: undefined, unbounded: false, calls: new Set() };
    graph.set(id, made);
    return made;
  };
  for (const text of texts) {
    for (const [, id, label] of text.matchAll(/^node: \{ title: "([^"]+)" label: "([^"]*)"/gm)) {
      const found = functionOf(id);
      const frame = /\\n(\d+) bytes \(([^)]+)\)/.exec(label);
      if (frame === null) continue;
      found.frameBytes = Number(frame[1]);
      found.unbounded = frame[2] === 'dynamic';
    }
    for (const [, from, to] of text.matchAll(/^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/gm)) {
      functionOf(from).calls.add(functionOf(to).id);
    }
  }
  return graph;
}
