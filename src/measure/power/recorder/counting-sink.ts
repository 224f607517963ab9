import type { PowerBlock, PowerGap, PowerSink } from '../analyzer.js';
import type { RecordingWriter } from '../recording/writer.js';
import type { RecorderCounts } from './messages.js';

/** Hands samples to a recording and counts what passes. */
export class CountingSink implements PowerSink {
  private samplesCome = 0;
  private pulses = 0;
  private high = false;

  constructor(private readonly writer: RecordingWriter) {}

  get counts(): RecorderCounts {
    return { samples: this.samplesCome, lost: this.writer.lost, pulses: this.pulses };
  }

  samples(block: PowerBlock): void {
    for (const inputs of block.digital) {
      const high = (inputs & 1) === 1;
      if (this.high && !high) this.pulses += 1;
      this.high = high;
    }
    this.samplesCome += block.amperes.length;
    this.writer.samples(block);
    this.writer.mark();
  }

  gap(gap: PowerGap): void {
    this.writer.gap(gap);
  }

  remark(text: string): void {
    this.writer.remark(text);
  }
}
