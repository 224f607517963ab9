import { expect } from 'chai';
import fc from 'fast-check';
import type { PowerGap, PowerSink } from '../../../src/measure/power/analyzer.js';
import { ppk2Amperes, ppk2Counts } from '../../../src/measure/power/ppk2/conversion.js';
import { Ppk2Decoder } from '../../../src/measure/power/ppk2/decoder.js';
import { parsePpk2Metadata } from '../../../src/measure/power/ppk2/metadata.js';
import { SpikeFilter } from '../../../src/measure/power/ppk2/spike-filter.js';

/** A unit that was published, not calibrated. */
const METADATA = `Calibrated: 0
R0: 1003.3506
R1: 101.5865
R2: 10.3027
R3: 0.9636
R4: 0.0564
GS0: 0.0000
GS1: 112.7890
GS2: 18.0115
GS3: 2.4217
GS4: 0.0729
GI0: 1.0000
GI1: 0.9695
GI2: 0.9609
GI3: 0.9519
GI4: 0.9582
O0: 112.9420
O1: 75.4627
O2: 64.6020
O3: 50.4983
O4: 87.2177
VDD: 3741
HW: 9173
mode: 2
S0: 0.000000048
S1: 0.000000596
S2: 0.000005281
S3: 0.000062577
S4: 0.002940743
I0: -0.000000104
I1: -0.000001443
I2: 0.000036439
I3: -0.000374119
I4: -0.009388455
UG0: 1.00
UG1: nan
UG2: 7.00
IA: 56
NEW: 3
`;
const { calibration } = parsePpk2Metadata(METADATA);
const VOLTS = 3.741;

interface Heard {
  readonly amperes: number[];
  readonly digital: number[];
  /** Index among the samples that came, and how many are missing there. */
  readonly gaps: (PowerGap & { readonly at: number })[];
}

function decode(chunks: readonly Uint8Array[]): Heard {
  const heard: Heard = { amperes: [], digital: [], gaps: [] };
  const sink: PowerSink = {
    samples: ({ amperes, digital }) => {
      heard.amperes.push(...amperes);
      heard.digital.push(...digital);
    },
    gap: (gap) => heard.gaps.push({ ...gap, at: heard.amperes.length }),
    remark: () => undefined,
  };
  const decoder = new Ppk2Decoder({ calibration, volts: VOLTS, spikeFilter: false }, sink);
  for (const chunk of chunks) decoder.push(chunk);
  return heard;
}

/** So many words in order; the digital inputs are 2 throughout. */
function words(count: number, first = 0): Buffer {
  const bytes = Buffer.alloc(4 * count);
  for (let i = 0; i < count; i++) {
    bytes.writeUInt32LE(
      ((1000 + (i % 50)) | (2 << 14) | (((first + i) & 63) << 18) | (2 << 24)) >>> 0,
      4 * i,
    );
  }
  return bytes;
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...sorted, bytes.length];
  return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
}

describe('the stream of a PPK2', () => {
  it('is converted to current as the reference client does', () => {
    const microamperes = [42.637454771, 432.588337322, 4405.837259372, 47634.052669797, 774285.688433769];
    microamperes.forEach((expected, range) => {
      expect(1e6 * ppk2Amperes(calibration, 4000, range, VOLTS)).to.be.closeTo(expected, 1e-8 * expected);
    });
    expect(1e6 * ppk2Amperes(calibration, 108, 0, VOLTS)).to.be.closeTo(0.0214548778, 1e-9);
  });

  it('is made from current by the inverse', () => {
    for (let range = 0; range < 5; range++) {
      const amperes = ppk2Amperes(calibration, 3456.5, range, VOLTS);
      expect(ppk2Counts(calibration, amperes, range, VOLTS)).to.be.closeTo(3456.5, 1e-6);
    }
  });

  it('keeps defaults for what the metadata lack or get wrong', () => {
    expect(parsePpk2Metadata('R0: nan\nR1: 0\n\nEND')).to.deep.include({
      calibrated: false,
      volts: undefined,
    });
    expect(parsePpk2Metadata('R0: nan\nR1: 0').calibration.R.slice(0, 2)).to.deep.equal([1031.64, 101.65]);
    expect(calibration.UG).to.deep.equal([1, 1, 1, 1, 1]);
  });

  it('hides the transient after a change of the range as the reference client does', () => {
    const filter = new SpikeFilter();
    const steps = [1000, 1000, 1000, 800, 900, 950, 960, 970, 500, 500, 500, 500, 500];
    const ranges = [2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4];
    const expected = [
      ...[4405.837259, 4405.837259, 4405.837259, 10302.289512, 16070.627439, 21274.087714, 45507.787892],
      ...[46037.843056, 14798.349957, 14798.349957, 36035.785405, 368755.607421, 368755.607421],
    ];
    steps.forEach((adc, i) => {
      const value = filter.next(ppk2Amperes(calibration, 4 * adc, ranges[i], VOLTS), ranges[i]);
      expect(1e6 * value, `sample ${i}`).to.be.closeTo(expected[i], 1e-5);
    });
  });

  it('gives the same however it is cut, also where bytes are lost', () => {
    const good = words(400);
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 1400 }),
        fc.integer({ min: 0, max: 9 }),
        fc.array(fc.nat(1600), { maxLength: 30 }),
        (at, lost, places) => {
          const damaged = Buffer.concat([good.subarray(0, at), good.subarray(at + lost)]);
          expect(decode(cut(damaged, places))).to.deep.equal(decode([damaged]));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('survives any bytes in any chunks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 0, maxLength: 2000 }),
        fc.array(fc.nat(2000), { maxLength: 20 }),
        (bytes, places) => {
          expect(decode(cut(bytes, places))).to.deep.equal(decode([bytes]));
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  for (const lost of [1, 2, 7, 63]) {
    it(`tells that ${lost} samples are missing`, () => {
      const bytes = Buffer.concat([words(100), words(100, 100 + lost)]);
      const { gaps, amperes } = decode([bytes]);
      expect(gaps).to.deep.equal([{ missing: lost, cause: 'counter', at: 100 }]);
      // The last words are held back until others prove them.
      expect(amperes.length).to.be.within(180, 200);
    });
  }

  it('finds the words again after any byte was lost, without a wrong sample', () => {
    const good = words(300);
    const whole = decode([good]);
    for (let at = 400; at < 408; at++) {
      const { gaps, amperes, digital } = decode([
        Buffer.concat([good.subarray(0, at), good.subarray(at + 1)]),
      ]);
      expect(gaps, `byte ${at}`).to.have.length(1);
      const [{ missing, at: place, cause }] = gaps;
      expect(cause).to.equal('resync');
      expect(missing).to.be.within(1, 3);
      expect(amperes.slice(0, place)).to.deep.equal(whole.amperes.slice(0, place));
      expect(amperes.slice(place)).to.deep.equal(whole.amperes.slice(place + missing));
      expect(new Set(digital)).to.deep.equal(new Set([2]));
    }
  });

  it('takes a damaged counter for a lost sample, not for 60', () => {
    const bytes = words(200);
    bytes[402] ^= 0x10;
    expect(decode([bytes]).gaps).to.deep.equal([{ missing: 1, cause: 'resync', at: 100 }]);
  });
});
