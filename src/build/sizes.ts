import type { FirmwareImage, MemoryKind } from './image.js';
import { useTool, type ToolRun } from './tools.js';

export interface ImageSizes {
  readonly flashBytes: number;
  readonly staticRamBytes: number;
  readonly bySection: FirmwareImage['bySection'];
  readonly byLayer: FirmwareImage['byLayer'];
  /** All symbols with a size, largest first. */
  readonly symbols: FirmwareImage['largest'];
}

/** Sections of the linker script that are in the image or take RAM. */
const memoryOfSection: Readonly<Record<string, MemoryKind>> = {
  '.vectors': 'flash',
  '.text': 'flash',
  '.rodata': 'flash',
  '.data': 'both',
  '.bss': 'ram',
  '.image_crc': 'flash',
};

/** Letters of `nm`, case apart: code and constants, initialised data, zeroed data. */
const memoryOfSymbol: Readonly<Record<string, MemoryKind>> = { t: 'flash', r: 'flash', d: 'both', b: 'ram' };

export async function measureSizes(elf: string, run: ToolRun): Promise<ImageSizes> {
  const bySection = parseSections(await useTool('size', ['-A', '-d', elf], run));
  const symbols = parseSymbols(await useTool('nm', ['-S', '--format=posix', '--radix=d', elf], run));
  return {
    flashBytes: total(bySection, 'flash'),
    staticRamBytes: total(bySection, 'ram'),
    bySection,
    byLayer: sumLayers(symbols),
    symbols,
  };
}

/** Lines `.text 1234 65536` of `size -A -d`. */
export function parseSections(text: string): FirmwareImage['bySection'] {
  return [...text.matchAll(/^(\.\S+)\s+(\d+)\s+\d+\s*$/gm)].flatMap(([, name, size]) => {
    const memory = memoryOfSection[name] as MemoryKind | undefined;
    return memory === undefined ? [] : [{ name, bytes: Number(size), memory }];
  });
}

/** Lines `name letter address size` of `nm -S --format=posix --radix=d`. */
export function parseSymbols(text: string): FirmwareImage['largest'] {
  return [...text.matchAll(/^(\S+) ([tTrRdDbB]) \d+ (\d+)$/gm)]
    .map(([, name, letter, size]) => ({
      name,
      bytes: Number(size),
      memory: memoryOfSymbol[letter.toLowerCase()],
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Adds up what is named `<prefix>_layer<N>_*` or `<prefix>_head_*`. */
export function sumLayers(symbols: FirmwareImage['largest']): FirmwareImage['byLayer'] {
  const sums = new Map<number | 'head', { flash: number; ram: number }>();
  for (const { name, bytes, memory } of symbols) {
    const match = /^[a-z]\w*?_(?:layer(\d+)|head)_/.exec(name);
    if (match === null) continue;
    const layer = (match[1] as string | undefined) === undefined ? 'head' : Number(match[1]);
    const sum = sums.get(layer) ?? { flash: 0, ram: 0 };
    sum.flash += memory === 'ram' ? 0 : bytes;
    sum.ram += memory === 'flash' ? 0 : bytes;
    sums.set(layer, sum);
  }
  const order = (layer: number | 'head') => (layer === 'head' ? Infinity : layer);
  return [...sums]
    .sort(([a], [b]) => (order(a) < order(b) ? -1 : 1))
    .map(([layer, sum]) => ({ layer, flashBytes: sum.flash, ramBytes: sum.ram }));
}

function total(sections: FirmwareImage['bySection'], memory: 'flash' | 'ram'): number {
  return sections.reduce(
    (sum, section) => sum + (section.memory === memory || section.memory === 'both' ? section.bytes : 0),
    0,
  );
}
