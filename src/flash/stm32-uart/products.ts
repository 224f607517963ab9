import { pages, sectors, type ProductRow } from './page-layout.js';

const K = 1024;
const M = 1024 * K;

/** 4 x 16 K, 64 K, then 128 K each: STM32F2 and F4. */
const F4_SECTORS = sectors([4, 16 * K], [1, 64 * K], [Infinity, 128 * K]);

/** The second mebibyte of a dual-bank F4 repeats the first one's sectors (numbers 12..23). */
const F4_DUAL_SECTORS = sectors(
  [4, 16 * K],
  [1, 64 * K],
  [7, 128 * K],
  [4, 16 * K],
  [1, 64 * K],
  [Infinity, 128 * K],
);

const F7_SECTORS = sectors([4, 32 * K], [1, 128 * K], [Infinity, 256 * K]);

function row(
  id: number,
  name: string,
  flashBytes: number,
  layout: ProductRow['layout'],
  ram: readonly [from?: number, end?: number] = [],
  extra: Partial<Pick<ProductRow, 'alternateLayout' | 'massErase'>> = {},
): ProductRow {
  return { id, name, flashBytes, layout, ramFrom: ram[0], ramEnd: ram[1], massErase: true, ...extra };
}

/**
 * STM32 product ids (Get ID), after AN2606 and the device tables of stm32flash 0.7, stm32loader and OpenOCD. `flashBytes` is the
 * largest part's. RAM is given where known: `ramFrom` is the first byte that the ROM loader does not use itself. The rows of C0, H5, H7Rx, U0, U5,
 * WB, WBA and WL rest on open-source tables only. Parts whose pages depend on an option bit have both layouts.
 */
export const products: readonly ProductRow[] = [
  row(0x443, 'STM32C011', 32 * K, pages(2 * K), [0x20001000, 0x20001800]),
  row(0x453, 'STM32C031', 32 * K, pages(2 * K), [0x20002000, 0x20003000]),
  row(0x44c, 'STM32C051', 64 * K, pages(2 * K)),
  row(0x493, 'STM32C071', 128 * K, pages(2 * K)),
  row(0x44d, 'STM32C091/092', 256 * K, pages(2 * K)),
  row(0x440, 'STM32F05x/F030x8', 64 * K, pages(K), [0x20000800, 0x20002000]),
  row(0x444, 'STM32F03x4/6', 32 * K, pages(K), [0x20000800, 0x20001000]),
  row(0x445, 'STM32F04x/F070x6', 32 * K, pages(K), [0x20001800, 0x20001800]),
  row(0x448, 'STM32F071/072/F070xB', 128 * K, pages(2 * K), [0x20001800, 0x20004000]),
  row(0x442, 'STM32F09x/F030xC', 256 * K, pages(2 * K), [0x20001800, 0x20008000]),
  row(0x412, 'STM32F10x low density', 32 * K, pages(K), [0x20000200, 0x20002800]),
  row(0x410, 'STM32F10x medium density', 128 * K, pages(K), [0x20000200, 0x20005000]),
  row(0x414, 'STM32F10x high density', 512 * K, pages(2 * K), [0x20000200, 0x20010000]),
  row(0x430, 'STM32F10x XL density', M, pages(2 * K), [0x20000800, 0x20018000]),
  row(0x420, 'STM32F100 medium density', 128 * K, pages(K), [0x20000200, 0x20002000]),
  row(0x428, 'STM32F100 high density', 512 * K, pages(2 * K), [0x20000200, 0x20008000]),
  row(0x418, 'STM32F105/F107', 256 * K, pages(2 * K), [0x20001000, 0x20010000]),
  row(0x422, 'STM32F302xB-C/F303xB-C/F358', 256 * K, pages(2 * K), [0x20001400]),
  row(0x432, 'STM32F37x', 256 * K, pages(2 * K), [0x20001400]),
  row(0x438, 'STM32F303x6-8/F334/F328', 64 * K, pages(2 * K), [0x20001800]),
  row(0x439, 'STM32F301/F302x6-8/F318', 64 * K, pages(2 * K), [0x20001800]),
  row(0x446, 'STM32F302xD-E/F303xD-E/F398', 512 * K, pages(2 * K), [0x20001800]),
  row(0x411, 'STM32F2xx', M, F4_SECTORS, [0x20002000, 0x20020000]),
  row(0x413, 'STM32F405/407/415/417', M, F4_SECTORS, [0x20003000, 0x20020000]),
  row(0x419, 'STM32F42x/F43x', 2 * M, F4_DUAL_SECTORS, [0x20003000, 0x20030000]),
  row(0x434, 'STM32F469/F479', 2 * M, F4_DUAL_SECTORS, [0x20003000, 0x20060000]),
  row(0x423, 'STM32F401xB-C', 256 * K, F4_SECTORS, [0x20003000, 0x20010000]),
  row(0x433, 'STM32F401xD-E', 512 * K, F4_SECTORS, [0x20003000, 0x20018000]),
  row(0x431, 'STM32F411', 512 * K, F4_SECTORS, [0x20003000, 0x20020000]),
  row(0x421, 'STM32F446', 512 * K, F4_SECTORS, [0x20003000, 0x20020000]),
  row(0x458, 'STM32F410', 128 * K, F4_SECTORS, [0x20003000, 0x20008000]),
  row(0x441, 'STM32F412', M, F4_SECTORS, [0x20003000, 0x20040000]),
  row(0x463, 'STM32F413/F423', 1536 * K, F4_SECTORS, [0x20003000, 0x20050000]),
  row(0x452, 'STM32F72x/F73x', 512 * K, F4_SECTORS, [0x20004000, 0x20040000]),
  row(0x449, 'STM32F74x/F75x', M, F7_SECTORS, [0x20004000, 0x20050000]),
  row(0x451, 'STM32F76x/F77x', 2 * M, F7_SECTORS, [0x20004000, 0x20080000]),
  row(0x466, 'STM32G03x/G04x', 64 * K, pages(2 * K), [0x20001000, 0x20002000]),
  row(0x456, 'STM32G05x/G06x', 64 * K, pages(2 * K), [0x20001000, 0x20004800]),
  row(0x460, 'STM32G07x/G08x', 128 * K, pages(2 * K), [0x20002700, 0x20009000]),
  row(0x467, 'STM32G0Bx/G0Cx', 512 * K, pages(2 * K), [0x20004000, 0x20020000]),
  row(0x468, 'STM32G431/G441', 128 * K, pages(2 * K), [0x20004000, 0x20005800]),
  row(0x479, 'STM32G491/G4A1', 512 * K, pages(2 * K), [0x20004000, 0x2001c000]),
  row(0x469, 'STM32G47x/G48x', 512 * K, pages(2 * K), [0x20004000, 0x20018000], {
    alternateLayout: pages(4 * K),
  }),
  row(0x474, 'STM32H503', 128 * K, pages(8 * K), [0x20004000]),
  row(0x478, 'STM32H523/H533', 512 * K, pages(8 * K)),
  row(0x484, 'STM32H562/H563/H573', 2 * M, pages(8 * K)),
  row(0x450, 'STM32H74x/H75x', 2 * M, pages(128 * K), [0x20004100, 0x20020000]),
  row(0x480, 'STM32H7A3/H7B3', 2 * M, pages(8 * K), [0x20004100, 0x20020000]),
  row(0x483, 'STM32H72x/H73x', M, pages(128 * K), [0x20004100, 0x20020000]),
  row(0x485, 'STM32H7Rx/H7Sx', 64 * K, pages(8 * K)),
  row(0x457, 'STM32L01x/L02x', 16 * K, pages(128), [0x20000800], { massErase: false }),
  row(0x425, 'STM32L03x/L04x', 32 * K, pages(128), [0x20001000], { massErase: false }),
  row(0x417, 'STM32L05x/L06x', 64 * K, pages(128), [0x20001000], { massErase: false }),
  row(0x447, 'STM32L07x/L08x', 192 * K, pages(128), [0x20002000], { massErase: false }),
  row(0x416, 'STM32L1xx category 1', 128 * K, pages(256), [0x20000800], { massErase: false }),
  row(0x429, 'STM32L1xx category 2', 128 * K, pages(256), [0x20001000], { massErase: false }),
  row(0x427, 'STM32L1xx category 3', 256 * K, pages(256), [0x20001000], { massErase: false }),
  row(0x436, 'STM32L1xx category 4', 384 * K, pages(256), [0x20001000], { massErase: false }),
  row(0x437, 'STM32L1xx category 5', 512 * K, pages(256), [0x20001000], { massErase: false }),
  row(0x464, 'STM32L412/L422', 128 * K, pages(2 * K), [0x20003100, 0x20008000]),
  row(0x435, 'STM32L43x/L44x', 256 * K, pages(2 * K), [0x20003100, 0x2000c000]),
  row(0x462, 'STM32L45x/L46x', 512 * K, pages(2 * K), [0x20003100, 0x20020000]),
  row(0x415, 'STM32L47x/L48x', M, pages(2 * K), [0x20003100, 0x20018000]),
  row(0x461, 'STM32L496/L4A6', M, pages(2 * K), [0x20003100, 0x20040000]),
  row(0x470, 'STM32L4Rx/L4Sx', 2 * M, pages(4 * K), [0x20003200, 0x200a0000], {
    alternateLayout: pages(8 * K),
  }),
  row(0x471, 'STM32L4P5/L4Q5', M, pages(4 * K), [0x20004000, 0x20050000], { alternateLayout: pages(8 * K) }),
  row(0x472, 'STM32L552/L562', 512 * K, pages(2 * K), [0x20004000, 0x20040000], {
    alternateLayout: pages(4 * K),
  }),
  row(0x459, 'STM32U031', 64 * K, pages(2 * K)),
  row(0x489, 'STM32U073/U083', 256 * K, pages(2 * K)),
  row(0x455, 'STM32U535/U545', 512 * K, pages(8 * K), [0x20004000]),
  row(0x482, 'STM32U575/U585', 2 * M, pages(8 * K), [0x20004000]),
  row(0x481, 'STM32U595/U5A9', 4 * M, pages(8 * K), [0x20004000]),
  row(0x476, 'STM32U5Fx/U5Gx', 4 * M, pages(8 * K), [0x20004000]),
  row(0x494, 'STM32WB10/WB15', 320 * K, pages(2 * K), [0x20005000]),
  row(0x495, 'STM32WB55', M, pages(4 * K), [0x20004000]),
  row(0x496, 'STM32WB30/WB35/WB50', 512 * K, pages(4 * K), [0x20004000]),
  row(0x492, 'STM32WBA52/WBA55', M, pages(8 * K)),
  row(0x497, 'STM32WLE5/WL55', 256 * K, pages(2 * K), [0x20002000, 0x20010000]),
];

export function findProduct(id: number): ProductRow | undefined {
  return products.find((product) => product.id === id);
}

/** `0x0415 (STM32L47x/L48x)`. */
export function productText(id: number): string {
  const name = findProduct(id)?.name ?? 'not in the table';
  return `0x${id.toString(16).padStart(4, '0')} (${name})`;
}
