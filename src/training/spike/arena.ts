import { ExitCode, LitesnnError } from '../../core/errors.js';

const ALIGNMENT = 16;
const PAGE_BYTES = 65536;
const LARGEST_BYTES = 65535 * PAGE_BYTES;

/** Address 0 means "none" in descriptors; a few bytes behind the last buffer may be read by vectors. */
const FIRST_ADDRESS = 64;
const SLACK_BYTES = 64;

/**
 * Plans the engine's memory before it exists: hands out addresses, remembers the contents of descriptors and tables, then
 * makes the shared memory with everything in place. Buffers start as zeros.
 */
export class Arena {
  private next = FIRST_ADDRESS;
  private readonly contents: { address: number; bytes: Uint8Array }[] = [];

  get bytes(): number {
    return this.next;
  }

  /** Address of a zeroed buffer, aligned to 16 bytes, whose size is rounded up to 16 bytes. */
  reserve(bytes: number): number {
    const address = this.next;
    this.next += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    return address;
  }

  float32(count: number): number {
    return this.reserve(4 * count);
  }

  float64(count: number): number {
    return this.reserve(8 * count);
  }

  /** Address of a table with these contents. */
  place(values: Uint8Array | Uint32Array | Float32Array): number {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const address = this.reserve(bytes.length);
    this.contents.push({ address, bytes });
    return address;
  }

  /** Address of an array of descriptors, each with all of `fields` in order. */
  placeDescriptors<Name extends string>(
    fields: readonly Name[],
    values: readonly Readonly<Record<Name, number>>[],
  ): number {
    return this.place(Uint32Array.from(values.flatMap((value) => fields.map((field) => value[field]))));
  }

  placeDescriptor<Name extends string>(
    fields: readonly Name[],
    value: Readonly<Record<Name, number>>,
  ): number {
    return this.placeDescriptors(fields, [value]);
  }

  /** The memory, of exactly the planned size: it never grows. */
  commit(): WebAssembly.Memory {
    if (this.next + SLACK_BYTES > LARGEST_BYTES) {
      const gigabytes = (this.next / 2 ** 30).toFixed(1);
      throw new LitesnnError(
        'TRAINING_MEMORY',
        ExitCode.usage,
        `training would need ${gigabytes} GiB; the engine can address 4`,
        {
          hint: 'use a smaller batch, fewer timesteps or a narrower network',
          details: { bytes: this.next },
        },
      );
    }
    const pages = Math.ceil((this.next + SLACK_BYTES) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const target = new Uint8Array(memory.buffer);
    for (const { address, bytes } of this.contents) target.set(bytes, address);
    return memory;
  }
}
