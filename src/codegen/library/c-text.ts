/** An integer constant; the smallest int32 has no literal of its own in C. */
export function cInteger(value: number): string {
  return value === -(2 ** 31) ? '(-2147483647 - 1)' : String(value);
}

export function cHex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}u`;
}

/** Lines of at most `perLine` constants, each line with its comma. */
export function cLines(constants: readonly string[], perLine: number): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i < constants.length; i += perLine)
    lines.push(`${constants.slice(i, i + perLine).join(', ')},`);
  return lines;
}

/**
 * A string literal of the text's UTF-8 bytes. Letters, digits and a few harmless characters stand for themselves, every
 * other byte is three octal digits, so that no text can end the literal, start a trigraph or run into its neighbour.
 */
export function cString(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  const characters = bytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 _.,:;()+-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${characters.join('')}"`;
}
