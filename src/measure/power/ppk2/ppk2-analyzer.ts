import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { ByteLink } from '../../../flash/link/byte-link.js';
import type { AnalyzerIdentity, PowerAnalyzer, PowerSink } from '../analyzer.js';
import { drainUntilSilent, StreamPump } from '../stream-pump.js';
import {
  PPK2_LEAST_MILLIVOLTS,
  PPK2_MOST_MILLIVOLTS,
  PPK2_SAMPLE_HZ,
  Ppk2Command,
  Ppk2Mode,
  regulatorSet,
} from './commands.js';
import { Ppk2Decoder } from './decoder.js';
import { parsePpk2Metadata, type Ppk2Metadata } from './metadata.js';

/** Any rate opens the USB port. */
export const PPK2_BAUD = 115_200;

const SILENCE_MS = 100;
const METADATA_LIMIT_MS = 5000;
const METADATA_LIMIT_BYTES = 65_536;

export interface Ppk2Options {
  /** `source` feeds the board with `volts`; `ampere` measures what something else feeds it with, at `volts`. */
  readonly mode: 'source' | 'ampere';
  readonly volts: number;
  /** Of a virtual instrument that is made to run faster. */
  readonly secondsPerSecond?: number;
}

/** Nordic Power Profiler Kit II. Owns the link. */
export class Ppk2Analyzer implements PowerAnalyzer {
  readonly failed: Promise<Error>;
  private readonly pump: StreamPump;

  private constructor(
    private readonly link: ByteLink,
    private readonly metadata: Ppk2Metadata,
    private readonly options: Ppk2Options,
  ) {
    this.pump = new StreamPump(link);
    this.failed = this.pump.failed;
  }

  /** Rejects with `POWER_VOLTS` (2), `ANALYZER_SILENT` (6) and the errors of the link. */
  static async open(link: ByteLink, options: Ppk2Options): Promise<Ppk2Analyzer> {
    const millivolts = Math.round(options.volts * 1000);
    if (millivolts < PPK2_LEAST_MILLIVOLTS || millivolts > PPK2_MOST_MILLIVOLTS) {
      throw new LitesnnError('POWER_VOLTS', ExitCode.usage, `a PPK2 cannot supply ${options.volts} V`, {
        hint: '0.8 to 5 V',
      });
    }
    // What an earlier, interrupted recording left running would be taken for metadata.
    await link.write(Uint8Array.of(Ppk2Command.averageStop));
    await drainUntilSilent(link, SILENCE_MS);
    await link.write(Uint8Array.of(Ppk2Command.getMetadata));
    const metadata = parsePpk2Metadata(await readMetadata(link));
    const mode = Ppk2Mode[options.mode];
    await link.write(Uint8Array.of(Ppk2Command.setPowerMode, mode));
    await link.write(regulatorSet(millivolts));
    await link.write(Uint8Array.of(Ppk2Command.deviceRunning, 1));
    return new Ppk2Analyzer(link, metadata, options);
  }

  get identity(): AnalyzerIdentity {
    const { hardware, calibrated, simulated } = this.metadata;
    const about = calibrated ? `HW ${hardware}` : `HW ${hardware}, not calibrated`;
    return {
      description: `${simulated ? 'virtual ' : 'Nordic '}PPK2 (${about}) at ${this.link.description}`,
      kind: 'ppk2',
      provenance: simulated ? 'simulated' : 'measured',
      sampleHz: PPK2_SAMPLE_HZ,
      supplyVolts: this.options.volts,
      statedError: 0.15,
      statedErrorSource: 'assumed: the protocol tells none; compare with the data sheet of the instrument',
      digitalInputs: 8,
      marker: 'level',
      secondsPerSecond: this.options.secondsPerSecond ?? 1,
    };
  }

  async start(sink: PowerSink): Promise<void> {
    const { calibration } = this.metadata;
    const decoder = new Ppk2Decoder({ calibration, volts: this.options.volts }, sink);
    await this.link.write(Uint8Array.of(Ppk2Command.averageStart));
    this.pump.start((bytes) => {
      decoder.push(bytes);
    });
  }

  async stop(): Promise<void> {
    await this.link.write(Uint8Array.of(Ppk2Command.averageStop));
    await this.pump.stopAfterSilence(SILENCE_MS);
  }

  /** The board stays powered: what it holds in RAM must survive a measurement. */
  close(): Promise<void> {
    return this.link.close();
  }
}

async function readMetadata(link: ByteLink): Promise<string> {
  const deadline = link.clock.now() + METADATA_LIMIT_MS;
  let text = '';
  while (text.length < METADATA_LIMIT_BYTES) {
    const left = deadline - link.clock.now();
    if (left <= 0) break;
    text += Buffer.from(await link.readSome(4096, left)).toString('latin1');
    const end = /^([\s\S]*?)^END\s*$/m.exec(text);
    if (end !== null) return end[1];
  }
  throw new LitesnnError('ANALYZER_SILENT', ExitCode.device, `no PPK2 answers on ${link.description}`, {
    hint: 'check the port (of the two that a PPK2 has, the first), unplug and plug it in again',
  });
}
