import { expect } from 'chai';
import fc from 'fast-check';
import wavefile from 'wavefile';
import { parseWav } from '../../src/data/readers/wav.js';
import { tone, wavBytes } from './fixtures.js';

function samplesOf(bytes: Uint8Array): number[] {
  const wav = parseWav(bytes);
  if (!wav.ok) throw new Error(wav.problem);
  return [...wav.samples];
}

function codeOf(bytes: Uint8Array): string {
  const wav = parseWav(bytes);
  return wav.ok ? 'none' : wav.code;
}

describe('WAV parser', () => {
  const samples = [...tone(1, 101)];

  it('reads 16-bit mono PCM', () => {
    const wav = parseWav(wavBytes(samples, { sampleRate: 16000 }));
    expect(wav.ok && wav.sampleRate).to.equal(16000);
    expect(samplesOf(wavBytes(samples))).to.deep.equal(samples);
  });

  it('walks extra chunks, odd ones with their pad byte', () => {
    const extra = [
      { id: 'LIST', bytes: Uint8Array.of(1, 2, 3) },
      { id: 'bext', bytes: new Uint8Array(602) },
    ];
    expect(samplesOf(wavBytes(samples, { extra }))).to.deep.equal(samples);
  });

  it('reads what an independent writer writes, with tags', () => {
    const file = new wavefile.WaveFile();
    file.fromScratch(1, 8000, '16', samples);
    file.setTag('ICMT', 'a comment');
    expect(samplesOf(file.toBuffer())).to.deep.equal(samples);
  });

  it('accepts the extensible format with a PCM sub-format', () => {
    const plain = wavBytes(samples, { format: 0xfffe });
    const extension = Buffer.alloc(24);
    extension.writeUInt16LE(22, 0);
    extension.writeUInt16LE(1, 8);
    const bytes = Buffer.concat([plain.subarray(0, 36), extension, plain.subarray(36)]);
    bytes.writeUInt32LE(40, 16);
    expect(samplesOf(bytes)).to.deep.equal(samples);
  });

  const good = wavBytes(samples);
  const defects: readonly [string, string, Uint8Array][] = [
    ['an empty file', 'DATA_WAV_EMPTY', new Uint8Array(0)],
    ['something that is no RIFF file', 'DATA_WAV_NOT_RIFF', Buffer.from('ID3 this is an MP3 file')],
    [
      'a data chunk that promises more than there is',
      'DATA_WAV_TRUNCATED',
      good.subarray(0, good.length - 7),
    ],
    [
      'a header that promises more than there is',
      'DATA_WAV_TRUNCATED',
      wavBytes(samples, { promisedBytes: 0xffffffff }),
    ],
    ['8-bit samples', 'DATA_WAV_NOT_PCM16', wavBytes(samples, { bits: 8 })],
    ['floating point', 'DATA_WAV_NOT_PCM16', wavBytes(samples, { format: 3, bits: 32 })],
    ['stereo', 'DATA_WAV_NOT_MONO', wavBytes(samples, { channels: 2 })],
    ['a rate of zero', 'DATA_WAV_RATE', wavBytes(samples, { sampleRate: 0 })],
    ['no samples', 'DATA_WAV_NO_SAMPLES', wavBytes([])],
    ['half a sample', 'DATA_WAV_HALF_SAMPLE', wavBytes(samples, { promisedBytes: 201 })],
    ['no data chunk', 'DATA_WAV_NO_DATA', good.subarray(0, 36)],
    ['no fmt chunk', 'DATA_WAV_NO_FORMAT', Buffer.concat([good.subarray(0, 12), good.subarray(36)])],
    ['a fmt chunk that is cut off', 'DATA_WAV_FORMAT_SHORT', good.subarray(0, 30)],
  ];
  for (const [name, code, bytes] of defects) {
    it(`names ${name}`, () => {
      expect(codeOf(bytes)).to.equal(code);
    });
  }

  it('never throws and never invents samples on truncated or mutated files', () => {
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(60), fc.nat(255), (length, at, value) => {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        const wav = parseWav(bytes.subarray(0, length));
        if (wav.ok) expect(2 * wav.samples.length).to.be.at.most(length);
        else expect(wav.code).to.match(/^DATA_WAV_/);
      }),
      { numRuns: 2000 },
    );
  });

  it('every strict prefix is a defect', () => {
    for (let length = 0; length < good.length; length++) {
      expect(codeOf(good.subarray(0, length)), `${length} bytes`).to.match(/^DATA_WAV_/);
    }
  });
});
