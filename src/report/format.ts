/** Number with a thousands separator and no more digits than are known. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function percent(fraction: number, digits = 1): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}

export function bytes(value: number): string {
  return value < 1024 ? `${count(value)} B` : `${(value / 1024).toFixed(1)} KiB`;
}

const prefixes: readonly [factor: number, prefix: string][] = [
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
  [1e-12, 'p'],
];

/** Three significant digits with an SI prefix, for example `1.43 ms`. */
export function withUnit(value: number, unit: string): string {
  if (value === 0) return `0 ${unit}`;
  const [factor, prefix] =
    prefixes.find(([size]) => Math.abs(value) >= size) ?? prefixes[prefixes.length - 1];
  return `${Number((value / factor).toPrecision(3)).toString()} ${prefix}${unit}`;
}
