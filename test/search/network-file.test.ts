import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { Architecture } from '../../src/search/architecture.js';
import { buildNetwork, decode } from '../../src/search/decode.js';
import { readTrainedNetwork, writeTrainedNetwork } from '../../src/search/network-file.js';
import { buildSupernet } from '../../src/search/space.js';
import { initialParameters } from '../../src/training/initial.js';

const INPUT = { height: 8, width: 8, channels: 1 };

describe('search: network files', () => {
  let folder: string;
  const supernet = buildSupernet('micro', INPUT, 3, { levels: [0, 1], width: 2 });
  const genotype = decode(supernet, new Architecture(supernet, Random.fromSeed(1)));
  const graph = buildNetwork(genotype, INPUT, 3);
  const network = { graph, genotype, parameters: initialParameters(graph, Random.fromSeed(2)), seed: 9 };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litesnn-network-'));
    writeTrainedNetwork(folder, network);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function codeOfReading(): string {
    try {
      readTrainedNetwork(folder);
    } catch (error) {
      if (error instanceof LitesnnError) return error.code;
      throw error;
    }
    return 'none';
  }

  function change(edit: (json: Record<string, unknown>) => void): void {
    const path = join(folder, 'network.json');
    const json = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    edit(json);
    writeFileSync(path, JSON.stringify(json));
  }

  it('are read back bit for bit', () => {
    expect(readTrainedNetwork(folder)).to.deep.equal(network);
  });

  it('are refused with any byte changed, missing or extra', () => {
    const path = join(folder, 'network.bin');
    const bytes = readFileSync(path);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1] ^= 1;
    writeFileSync(path, changed);
    expect(codeOfReading()).to.equal('NETWORK_CHECKSUM');
    writeFileSync(path, bytes.subarray(0, -1));
    expect(codeOfReading()).to.equal('NETWORK_LENGTH');
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    expect(codeOfReading()).to.equal('NETWORK_LENGTH');
    rmSync(path);
    expect(codeOfReading()).to.equal('FILE_UNREADABLE');
  });

  it('are refused with an unknown version, key or value', () => {
    change((json) => (json.formatVersion = 2));
    expect(codeOfReading()).to.equal('NETWORK_FORMAT');
    change((json) => Object.assign(json, { formatVersion: 1, extra: 1 }));
    expect(codeOfReading()).to.equal('NETWORK_FORMAT');
    change((json) => {
      delete json.extra;
      json.seed = 'nine';
    });
    expect(codeOfReading()).to.equal('NETWORK_FORMAT');
  });

  it('are refused when parameters and graph do not belong together', () => {
    change((json) => {
      const list = json.parameters as { name: string }[];
      list[0].name = 'p0.e0.other';
    });
    expect(codeOfReading()).to.equal('PARAMETERS_MISMATCH');
  });
});
