/** One `#define NAME value` of a generated header; `value` is finished C text. */
export interface Define {
  readonly name: string;
  readonly value: string;
}

export function unsignedDefine(name: string, value: number): Define {
  return { name, value: `${value}u` };
}

export function hexDefine(name: string, value: number): Define {
  return { name, value: `${hex(value)}u` };
}

/** A C string literal; only printable ASCII without quotes and backslashes gets in, the rest becomes `?`. */
export function textDefine(name: string, text: string): Define {
  return { name, value: `"${text.replace(/[^\x20-\x7e]|["\\]/g, '?')}"` };
}

/** `0x0800C000`: eight digits. */
export function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}
