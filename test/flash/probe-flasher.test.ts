import { expect } from 'chai';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { openProbe } from '../../src/flash/probe/probe-flasher.js';
import { PROBE_TOOLS, probeArguments } from '../../src/flash/probe/probe-command.js';
import type { Target } from '../../src/targets/target.js';
import { temporaryFolder } from '../data/fixtures.js';
import { fakeImage, fakeTarget } from './support/fixtures.js';

const target: Target = {
  ...fakeTarget,
  probe: { openocd: 'board/st_nucleo_l4.cfg', probeRs: 'STM32L476RGTx', stFlash: true, picotool: true },
};
const image = fakeImage(2000);
const all = { verify: true, go: true };
const job = { file: '/tmp/image.bin', address: 0x08000000 };

describe('tools for debug probes', () => {
  const folder = temporaryFolder();
  const path = process.env.PATH ?? '';
  afterEach(() => {
    process.env.PATH = path;
  });

  /** Programs of that name which write down how they were called, and what they were given. */
  function stand(name: string, status = 0): string {
    const log = join(folder(), `${name}.log`);
    rmSync(log, { force: true });
    const script = `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word" >> '${log}'; done\nfor word in "$@"; do case "$word" in *image.bin) cp "$word" '${log}.bin';; esac; done\necho 'Error: no probe found' >&2\nexit ${status}\n`;
    const program = join(folder(), name);
    writeFileSync(program, script);
    chmodSync(program, 0o755);
    process.env.PATH = `${folder()}:${path}`;
    return log;
  }

  it('get argument lists', () => {
    expect(probeArguments('openocd', target, { ...job, serial: '066DFF' })).to.deep.equal([
      ...['-c', 'adapter serial 066DFF', '-f', 'board/st_nucleo_l4.cfg'],
      ...['-c', 'program {/tmp/image.bin} 0x08000000 verify reset exit'],
    ]);
    expect(probeArguments('st-flash', target, job)).to.deep.equal([
      '--reset',
      'write',
      '/tmp/image.bin',
      '0x08000000',
    ]);
    expect(probeArguments('probe-rs', target, job).join(' ')).to.equal(
      'download --chip STM32L476RGTx --binary-format bin --base-address 0x08000000 --verify /tmp/image.bin',
    );
    expect(probeArguments('picotool', target, job).join(' ')).to.equal(
      'load --verify --execute /tmp/image.bin -t bin --offset 0x08000000',
    );
    for (const tool of PROBE_TOOLS) {
      const codes = [
        () => probeArguments(tool, fakeTarget, job),
        () => probeArguments(tool, target, { ...job, serial: 'a; rm -rf /' }),
      ].map((work) => {
        try {
          work();
          return 'no error';
        } catch (error) {
          return (error as LitesnnError).code;
        }
      });
      expect(codes, tool).to.deep.equal(['FLASH_METHOD', 'FLASH_PROBE_SERIAL']);
    }
  });

  it('are run with the image, and believed where they succeed', async () => {
    for (const tool of PROBE_TOOLS) {
      const log = stand(tool);
      const report = await openProbe(tool, target).flash(image, all);
      expect(report).to.include({ verifiedBy: 'probe', started: true, bytes: 2000 });
      // OpenOCD's is inside a word of Tcl, which the stand-in does not read.
      if (tool !== 'openocd') expect(readFileSync(`${log}.bin`).equals(image), tool).to.equal(true);
      expect(readFileSync(log, 'utf8')).to.contain(tool === 'openocd' ? 'verify reset exit' : 'image.bin');
    }
  });

  it('write nothing in a dry run, and are told apart: failing, missing', async () => {
    const log = stand('st-flash', 1);
    expect(await openProbe('st-flash', target).flash(image, { ...all, dryRun: true })).to.include({
      dryRun: true,
    });
    expect(readFileSync(log, 'utf8')).to.equal('--version\n');
    const failed: unknown = await openProbe('st-flash', target)
      .flash(image, all)
      .catch((error: unknown) => error);
    expect(failed).to.include({ code: 'FLASH_PROBE_FAILED', exitCode: 7 });
    expect((failed as Error).message).to.contain('no probe found');
    process.env.PATH = '/nowhere';
    const missing: unknown = await openProbe('openocd', target)
      .flash(image, all)
      .catch((error: unknown) => error);
    expect(missing).to.include({ code: 'TOOL_MISSING', exitCode: 4 });
  });

  it('never see an image that is another board’s', async () => {
    const wrong = fakeImage(2000);
    wrong[7] = 0x08;
    const error: unknown = await openProbe('openocd', target)
      .flash(wrong, all)
      .catch((failure: unknown) => failure);
    expect(error).to.include({ code: 'FLASH_WRONG_IMAGE' });
  });
});
