/**
 * 64 bits of a text as 16 hexadecimal digits, alike on every engine: two 32-bit chains over the UTF-16 code units, with the
 * multipliers and the finaliser of MurmurHash3 (Appleby). It tells texts apart; it is no guard against a forger.
 */
export function fingerprint(text: string): string {
  let first = 0x9747b28c;
  let second = 0x3c6ef372;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, 0xcc9e2d51);
    first = (first << 15) | (first >>> 17);
    second = Math.imul(second ^ unit, 0x1b873593);
    second = (second << 13) | (second >>> 19);
  }
  return hex(mix(first ^ text.length)) + hex(mix(second ^ mix(first)));
}

/** Every bit of the result depends on every bit of the word. */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
