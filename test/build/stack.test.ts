import { expect } from 'chai';
import { parseCallGraphs } from '../../src/build/stack/call-graph.js';
import { parseDisassembly } from '../../src/build/stack/disassembly.js';
import { worstCase } from '../../src/build/stack/worst-case.js';
import { LitesnnError } from '../../src/core/errors.js';

const node = (id: string, name: string, frame?: string) =>
  `node: { title: "${id}" label: "${name}\\nfile.c:1:1${frame === undefined ? '" shape : ellipse' : `\\n${frame}"`} }`;
const edge = (from: string, to: string) =>
  `edge: { sourcename: "${from}" targetname: "${to}" label: "file.c:2:2" }`;
const graphOf = (...lines: string[]) =>
  parseCallGraphs([`graph: { title: "file.c"\n${lines.join('\n')}\n}\n`]);
const nothing = new Map<string, never>();

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof LitesnnError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('worst-case stack', () => {
  const graph = parseCallGraphs([
    [
      node('main', 'main', '8 bytes (static)'),
      node('a', 'a'),
      edge('main', 'a'),
      node('file.c:b', 'b', '100 bytes (static)'),
      edge('main', 'file.c:b'),
    ].join('\n'),
    [node('a', 'a', '64 bytes (static)'), node('c', 'c', '48 bytes (dynamic,bounded)'), edge('a', 'c')].join(
      '\n',
    ),
  ]);

  it('is the deepest chain of calls, over several files', () => {
    expect(worstCase({ graph, disassembly: nothing, indirectCalls: [] }, 'main')).to.deep.equal({
      bytes: 8 + 64 + 48,
      path: ['main', 'a', 'c'],
    });
  });

  it('takes every function that a pointer may lead to', () => {
    const program = graphOf(
      node('main', 'main', '8 bytes (static)'),
      edge('main', '__indirect_call'),
      node('file.c:hook', 'hook', '40 bytes (static)'),
      node('file.c:other', 'other', '24 bytes (static)'),
    );
    const indirectCalls = ['other', 'hook'];
    expect(worstCase({ graph: program, disassembly: nothing, indirectCalls }, 'main').bytes).to.equal(48);
    expect(
      codeOf(() => worstCase({ graph: program, disassembly: nothing, indirectCalls: [] }, 'main')),
    ).to.match(/^STACK_UNKNOWN main calls/);
  });

  it('refuses recursion, frames without a bound, and functions that nobody knows', () => {
    const of = (...lines: string[]) =>
      codeOf(() => worstCase({ graph: graphOf(...lines), disassembly: nothing, indirectCalls: [] }, 'f'));
    const f = node('f', 'f', '8 bytes (static)');
    expect(of(f, node('g', 'g', '8 bytes (static)'), edge('f', 'g'), edge('g', 'f'))).to.equal(
      'STACK_RECURSION f can call itself: f > g > f',
    );
    expect(of(f, edge('f', 'f'))).to.match(/^STACK_RECURSION/);
    expect(of(node('f', 'f', '8 bytes (dynamic)'))).to.match(/^STACK_UNBOUNDED/);
    expect(of(f, node('g', 'g'), edge('f', 'g'))).to.equal('STACK_UNKNOWN the stack of g is not known');
  });

  it('reads the instructions of what was not compiled here', () => {
    const disassembly = parseDisassembly(
      [
        '',
        'Disassembly of section .text:',
        '',
        '00010100 <f>:',
        '   10100:\tpush\t{r3, lr}',
        '   10104:\tbl\t10200 <memcpy>',
        '   10108:\tb.n\t10102 <f+0x2>',
        '',
        '00010200 <memcpy>:',
        '   10200:\tpush\t{r4, r5, r6, r7, lr}',
        '   10204:\tsub\tsp, #12',
        '   10206:\tstr.w\tr8, [sp, #-4]!',
        '   1020a:\tstmdb\tsp!, {r9, sl}',
        '   1020e:\tvpush\t{d8-d9}',
        '   10212:\tstmdb\tr0!, {r1, r2}',
        '   10216:\tb.w\t10300 <tail>',
        '',
        '00010300 <tail>:',
        '   10300:\tsub.w\tsp, sp, #256',
        '   10304:\tbx\tlr',
        '',
      ].join('\n'),
    );
    expect(disassembly.get('memcpy')?.frameBytes).to.equal(20 + 12 + 4 + 8 + 16);
    expect([...(disassembly.get('f')?.calls ?? [])]).to.deep.equal(['memcpy']);
    // The compiler's own graph does not have the call of a helper; the code does.
    const program = graphOf(node('f', 'f', '8 bytes (static)'));
    expect(worstCase({ graph: program, disassembly, indirectCalls: [] }, 'f')).to.deep.equal({
      bytes: 8 + 60 + 256,
      path: ['f', 'memcpy', 'tail'],
    });
  });
});
