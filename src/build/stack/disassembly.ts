/** What a function's instructions tell of its stack: enough for the C library, whose sources nobody compiles here. */
export interface DisassembledFunction {
  readonly name: string;
  /** All pushes and subtractions added up, whichever of them run: never less than the frame. */
  readonly frameBytes: number;
  /** Functions that it branches to, also as the last thing it does. */
  readonly calls: ReadonlySet<string>;
}

/** Parses `objdump -d --no-show-raw-insn` of a Thumb program. */
export function parseDisassembly(text: string): ReadonlyMap<string, DisassembledFunction> {
  const functions = new Map<string, DisassembledFunction>();
  for (const block of text.split(/\n(?=[0-9a-f]+ <[^>]+>:\n)/)) {
    const name = /^[0-9a-f]+ <([^>]+)>:$/m.exec(block)?.[1];
    if (name === undefined) continue;
    const instructions = block.split('\n').slice(1);
    functions.set(name, {
      name,
      frameBytes: instructions.reduce((sum, line) => sum + stackGrowth(line), 0),
      calls: new Set(instructions.flatMap((line) => branchTargets(line, name))),
    });
  }
  return functions;
}

function stackGrowth(line: string): number {
  const push = /\t(?:v?push|stmdb|vstmdb)(?:\.w)?\t(?:sp!, )?\{([^}]+)\}/.exec(line);
  if (push !== null && (line.includes('push') || line.includes('sp!'))) return registerBytes(push[1]);
  const adjusted = /\tsub(?:s|w|\.w)?\tsp, (?:sp, )?#(\d+)/.exec(line) ?? /\[sp, #-(\d+)\]!/.exec(line);
  return adjusted === null ? 0 : Number(adjusted[1]);
}

/** `r4, r5, lr`, `d8-d15`, `s16`. */
function registerBytes(list: string): number {
  return list.split(',').reduce((sum, part) => {
    const range = /([rsd])(\d+)-[rsd](\d+)/.exec(part);
    const count = range === null ? 1 : Number(range[3]) - Number(range[2]) + 1;
    return sum + count * (part.trim().startsWith('d') ? 8 : 4);
  }, 0);
}

/** Branches inside a function are printed as `<name+0x12>`, calls as `<name>`. */
function branchTargets(line: string, self: string): string[] {
  const target = /\t(?:b|bl|blx)(?:[a-z]{2})?(?:\.[nw])?\t[0-9a-f]+ <([^>+]+)>/.exec(line)?.[1];
  return target === undefined || (target === self && !/\tblx?\t/.test(line)) ? [] : [target];
}
