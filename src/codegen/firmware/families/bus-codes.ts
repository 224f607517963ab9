/** `AHB` divider as the field HPRE writes it (4 bits, the same in all STM32). */
export function ahbCode(divider: number): number {
  return divider === 1 ? 0 : 7 + Math.log2(divider);
}

/** `APB` divider as PPRE writes it (3 bits). */
export function apbCode(divider: number): number {
  return divider === 1 ? 0 : 3 + Math.log2(divider);
}

/** Input range of the PLL as RGE writes it (RM0433 8.7.10, RM0456 11.8.10): from 1, 2, 4 and 8 MHz on. */
export function pllRangeCode(inputHz: number): number {
  return [2e6, 4e6, 8e6].filter((from) => inputHz >= from).length;
}
