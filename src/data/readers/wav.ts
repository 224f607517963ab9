import { problem, type ParseProblem } from '../data-error.js';

export interface WavSamples {
  readonly ok: true;
  /** Hertz. */
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

const FORMAT_PCM = 1;
const FORMAT_EXTENSIBLE = 0xfffe;
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

interface WavFormat {
  readonly code: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/**
 * Mono 16-bit PCM of a RIFF/WAVE file. Chunks are walked, so `LIST`, `fact`, `bext` and others may stand anywhere; odd
 * chunks are followed by a pad byte. Own code because a defect must be named: `wavefile` reads a truncated file as a shorter one.
 */
export function parseWav(bytes: Uint8Array): WavSamples | ParseProblem {
  if (bytes.length === 0) return problem('DATA_WAV_EMPTY', 'is an empty file');
  if (bytes.length < RIFF_HEADER_BYTES || ascii(bytes, 0) !== 'RIFF' || ascii(bytes, 8) !== 'WAVE') {
    return problem('DATA_WAV_NOT_RIFF', 'is no RIFF/WAVE file', 'only uncompressed .wav files are read');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WavFormat | undefined;
  for (let at = RIFF_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= bytes.length;) {
    const id = ascii(bytes, at);
    const size = view.getUint32(at + 4, true);
    const start = at + CHUNK_HEADER_BYTES;
    const there = bytes.length - start;
    if (id === 'fmt ') {
      if (size < 16 || there < size)
        return problem('DATA_WAV_FORMAT_SHORT', 'has a fmt chunk that is cut off');
      format = readFormat(view, start, size);
    } else if (id === 'data') {
      if (format === undefined)
        return problem('DATA_WAV_NO_FORMAT', 'has no fmt chunk before its data chunk');
      if (size > there) {
        const text = `is truncated: its data chunk promises ${size} bytes, there are ${there}`;
        return problem('DATA_WAV_TRUNCATED', text, 'copy or record the file again, or skip bad files');
      }
      return readData(view, start, size, format);
    }
    at = start + size + (size & 1);
  }
  return problem('DATA_WAV_NO_DATA', `has no ${format === undefined ? 'fmt' : 'data'} chunk`);
}

function readFormat(view: DataView, start: number, size: number): WavFormat {
  const code = view.getUint16(start, true);
  return {
    // WAVE_FORMAT_EXTENSIBLE keeps the real code in the first two bytes of its sub-format.
    code: code === FORMAT_EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : code,
    channels: view.getUint16(start + 2, true),
    sampleRate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  };
}

function readData(view: DataView, start: number, size: number, format: WavFormat): WavSamples | ParseProblem {
  const { code, channels, sampleRate, bits } = format;
  if (code !== FORMAT_PCM || bits !== 16) {
    const text = `is not 16-bit PCM (format ${code}, ${bits} bits)`;
    return problem(
      'DATA_WAV_NOT_PCM16',
      text,
      'convert it, for example with: sox in.wav -b 16 -e signed-integer out.wav',
    );
  }
  if (channels !== 1) {
    const hint = 'convert it, for example with: sox in.wav -c 1 out.wav';
    return problem('DATA_WAV_NOT_MONO', `has ${channels} channels, one is needed`, hint);
  }
  if (sampleRate === 0) return problem('DATA_WAV_RATE', 'says a sample rate of 0 Hz');
  if (size === 0) return problem('DATA_WAV_NO_SAMPLES', 'holds no samples');
  if (size % 2 !== 0) return problem('DATA_WAV_HALF_SAMPLE', `ends in half a sample (${size} bytes of data)`);
  const samples = new Int16Array(size / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(start + 2 * i, true);
  return { ok: true, sampleRate, samples };
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
