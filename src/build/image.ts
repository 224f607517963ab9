import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes, readJson, sha256 } from '../core/files.js';

export const imagePath = 'build/image.json';

const bytes = z.int().nonnegative();
const memoryKind = z.enum(['flash', 'ram', 'both']);

/** `both`: initialised data, which takes its size in flash and in RAM. */
export type MemoryKind = z.infer<typeof memoryKind>;

const imageSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.enum(['application', 'bootloader']),
  target: z.string(),
  modelHash: z.string(),
  /** 32 hexadecimal digits, as the device's hello gives it. */
  buildId: z.string(),
  elf: z.string(),
  bin: z.string(),
  hex: z.string(),
  /** Of the BIN file, lower-case hexadecimal. */
  sha256: z.string(),
  compiler: z.string(),
  optimize: z.string(),
  /** Length of the image: code, tables, initial values of data, CRC. */
  flashBytes: bytes,
  /** Static data and worst-case stack. */
  ramBytes: bytes,
  staticRamBytes: bytes,
  /** Worst case by the call graph, with one interrupt on top. */
  stackBytes: bytes,
  /** Functions of the deepest chain of calls, outermost first. */
  stackPath: z.array(z.string()),
  bySection: z.array(z.strictObject({ name: z.string(), bytes, memory: memoryKind })),
  /** Tables and code named after a layer; the rest of the image is shared. */
  byLayer: z.array(
    z.strictObject({
      layer: z.union([z.int().nonnegative(), z.literal('head')]),
      flashBytes: bytes,
      ramBytes: bytes,
    }),
  ),
  /** Largest symbols first. */
  largest: z.array(z.strictObject({ name: z.string(), bytes, memory: memoryKind })),
});

/** A built image; `elf`, `bin` and `hex` are paths of files (in `build/image.json` relative to the project's folder). */
export type FirmwareImage = Readonly<z.infer<typeof imageSchema>>;

/**
 * The image that was built in `folder`, with its paths resolved.
 * @throws LitesnnError FILE_UNREADABLE, FILE_NOT_JSON, IMAGE_INVALID when it was not built or has been changed since
 */
export function readImage(folder: string): FirmwareImage {
  const path = join(folder, imagePath);
  const checked = imageSchema.safeParse(readJson(path));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw invalid(`${path}: ${issue.path.join('.')}: ${issue.message}`);
  }
  const image = resolvePaths(folder, checked.data);
  if (sha256(readBytes(image.bin)) !== image.sha256)
    throw invalid(`${image.bin} is not the file that was built`);
  return image;
}

export function resolvePaths(folder: string, image: FirmwareImage): FirmwareImage {
  return {
    ...image,
    elf: join(folder, image.elf),
    bin: join(folder, image.bin),
    hex: join(folder, image.hex),
  };
}

function invalid(message: string): LitesnnError {
  return new LitesnnError('IMAGE_INVALID', ExitCode.usage, message, { hint: 'build it again' });
}
