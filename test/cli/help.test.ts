import { expect } from 'chai';
import { toolVersion } from '../../src/core/version.js';
import { litesnn, litesnnJson, startLitesnn } from './support/command-line.js';

const commands = [
  ...['run', 'search', 'generate', 'build', 'flash', 'measure', 'report'],
  ...[
    'calibrate',
    'predict',
    'validate',
    'compare',
    'data',
    'plan',
    'infer',
    'import',
    'export',
    'targets',
    'ports',
    'mcuboot',
    'doctor',
    'emulate',
  ],
];

describe('help', function () {
  it('lists every command', async () => {
    const { code, stdout, stderr } = await litesnn(['--help']);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const listed = [...stdout.matchAll(/^ {2}litesnn (\w+) /gm)].map(([, name]) => name);
    expect(listed).to.have.members(commands);
  });

  for (const command of [...commands, 'data inspect', 'data check', 'data convert']) {
    it(`explains ${command}, which takes --json`, async () => {
      const { code, stdout, stderr } = await litesnn([...command.split(' '), '--help']);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.include(`litesnn ${command}`).and.include('--json');
    });
  }

  it('tells the version', async () => {
    const { code, stdout } = await litesnn(['--version']);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: `${toolVersion}\n` });
  });
});

describe('commands about this machine', function () {
  it('targets answers with every board', async () => {
    const targets = await litesnnJson<{ name: string }[]>(['targets']);
    expect(targets.map(({ name }) => name)).to.include.members(['mps2-an385', 'mps2-an386']);
  });

  it('ports answers with a list', async () => {
    expect(await litesnnJson(['ports'])).to.have.keys('ports', 'hints');
  });

  it('doctor finds nothing required missing here', async () => {
    const { ready } = await litesnnJson<{ ready: boolean }>(['doctor']);
    expect(ready).to.equal(true);
  });

  it('doctor says what is missing and how to get it, with exit code 4', async () => {
    const { code, stdout } = await litesnn(['doctor'], { env: { PATH: '/nonexistent' } });
    expect(code).to.equal(4);
    expect(stdout).to.match(/arm-none-eabi-gcc +build +MISSING +apt-get install gcc-arm-none-eabi/);
  });

  it('ends quietly when nobody reads on', async () => {
    const { child, ended } = startLitesnn(['targets', '--json']);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  });
});
