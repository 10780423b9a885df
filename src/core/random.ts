/**
 * A stream of uniform numbers in [0, 1), multiples of 2⁻³². The same seed gives the same stream on every engine:
 * only 32-bit integer operations are used. sfc32 (Doty-Humphrey), its state filled by splitmix32 and then stirred.
 *
 * @param seed an integer; it is taken modulo 2³²
 */
export function createRandom(seed: number): () => number {
  let word = seed | 0;
  const split = (): number => {
    word = (word + 0x9e3779b9) | 0;
    let mixed = word ^ (word >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = split();
  let b = split();
  let c = split();
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return (result >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** Fisher–Yates: permutes `items` in place, every order equally likely. */
export function shuffle(items: unknown[], random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const item = items[last];
    items[last] = items[other];
    items[other] = item;
  }
}

/**
 * `count` of the integers 0 … population − 1 in rising order, every subset equally likely (selection sampling:
 * i is taken with probability (still wanted) / (still to come)).
 */
export function sampleIndices(population: number, count: number, random: () => number): Int32Array {
  const chosen = new Int32Array(count);
  let taken = 0;
  for (let i = 0; taken < count; i++) {
    if (random() * (population - i) < count - taken) chosen[taken++] = i;
  }
  return chosen;
}
