/** Largest block between two code bytes. */
const FULL_BLOCK = 254;

/** Consistent overhead byte stuffing (Cheshire and Baker, 1999): the result has no zero byte and no delimiter. */
export function cobsEncode(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + Math.floor(body.length / FULL_BLOCK) + 1);
  let codeAt = 0;
  let length = 1;
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== 0) out[length++] = body[i];
    const full = length - codeAt > FULL_BLOCK;
    if (body[i] !== 0 && !full) continue;
    // A full block implies no zero after it; at the very end it needs no empty block to follow.
    if (full && body[i] !== 0 && i === body.length - 1) break;
    out[codeAt] = length - codeAt;
    codeAt = length++;
  }
  out[codeAt] = length - codeAt;
  return out.subarray(0, length);
}

/** Undefined where the stuffing is not possible (a block longer than what is left, or a zero byte). */
export function cobsDecode(stuffed: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(stuffed.length);
  let length = 0;
  let position = 0;
  while (position < stuffed.length) {
    const code = stuffed[position];
    const end = position + code;
    if (code === 0 || end > stuffed.length) return undefined;
    for (let i = position + 1; i < end; i++) {
      if (stuffed[i] === 0) return undefined;
      out[length++] = stuffed[i];
    }
    position = end;
    if (code <= FULL_BLOCK && position < stuffed.length) out[length++] = 0;
  }
  return out.subarray(0, length);
}
