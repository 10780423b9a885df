import { compileKernels, memorySize, type Kernels } from './kernel.js';
import type { Matrix } from './matrix.js';

/** Rows that stay in the cache (8 × 4,096 × 8 bytes: 256 KiB) while all centroids stream past them. A multiple of four. */
const rowsPerTile = 8;

/**
 * Centroids, laid out for the kernels: in blocks of four to eight, coordinate i of a block's centroids side by side. Every
 * distance is the plain loop's, bit for bit: summed from the first coordinate to the last, in double, with SIMD or without.
 */
export class CentroidIndex {
  readonly rows: number;
  readonly columns: number;
  /** Block b holds the centroids `firsts[b]` … `firsts[b + 1]` − 1 (the last one a little padding as well). */
  readonly firsts: Int32Array;

  readonly #blocks: Int32Array;
  readonly #data: Float32Array;
  /** Where the arena keeps a copy, if it has not forgotten it since. */
  #address = 0;
  #generation = 0;
  #replaced = false;

  constructor(centroids: Matrix) {
    this.rows = centroids.rows;
    this.columns = centroids.columns;
    // Blocks differ by one pair at most, so that little is padding: 25 centroids are 8 + 6 + 6 + 6.
    const pairs = Math.max(2, Math.ceil(centroids.rows / 2));
    const blocks = Math.ceil(pairs / 4);
    this.firsts = Int32Array.from({ length: blocks + 1 }, (_, block) => 2 * Math.floor((block * pairs) / blocks));
    this.#blocks = Int32Array.from({ length: blocks }, (_, block) => block);
    this.#data = new Float32Array(2 * pairs * centroids.columns);
    this.replace(centroids);
  }

  get blocks(): number {
    return this.#blocks.length;
  }

  /** Takes other centroids, as many as before. */
  replace({ data }: Matrix): void {
    const { rows, columns, firsts } = this;
    for (let block = 0; block < this.blocks; block++) {
      const first = firsts[block]!;
      const width = firsts[block + 1]! - first;
      for (let j = first; j < Math.min(first + width, rows); j++) {
        let to = first * columns + j - first;
        for (let i = j * columns; i < (j + 1) * columns; i++, to += width) this.#data[to] = data[i]!;
      }
    }
    this.#replaced = true;
  }

  /** ‖q − c‖² of one query to every centroid, into distances[0 … rows − 1]. */
  squaredDistances(query: Float32Array, distances: Float64Array): void {
    this.squaredDistancesOfRows({ rows: 1, columns: this.columns, data: query }, 0, 1, distances);
  }

  /**
   * ‖q − c‖² of the rows `start` … `end` − 1 to the centroids before `count` (default: all): row r, centroid j at
   * distances[(r − start) · count + j].
   */
  squaredDistancesOfRows(
    queries: Matrix,
    start: number,
    end: number,
    distances: Float64Array,
    count: number = this.rows,
  ): void {
    let needed = this.blocks;
    while (this.firsts[needed - 1]! >= count) needed--;
    const blocks = this.#blocks.subarray(0, needed);
    for (let row = start; row < end; row += rowsPerTile) {
      const rows = Math.min(rowsPerTile, end - row);
      this.#measure(queries, row, rows, blocks, distances.subarray((row - start) * count), count);
    }
  }

  /** ‖q − c‖² of one row to the centroids of some blocks, one block after the other (padding included) in distances[0 …]. */
  squaredDistancesToBlocks(queries: Matrix, row: number, blocks: Int32Array, distances: Float64Array): void {
    this.#measure(queries, row, 1, blocks, distances, this.#widthOf(blocks));
  }

  #widthOf(blocks: Int32Array): number {
    let width = 0;
    for (const block of blocks) width += this.firsts[block + 1]! - this.firsts[block]!;
    return width;
  }

  /** Of each row, the first `count` of the distances to the centroids of these blocks. */
  #measure(
    queries: Matrix,
    row: number,
    rows: number,
    blocks: Int32Array,
    distances: Float64Array,
    count: number,
  ): void {
    const { columns, firsts } = this;
    const stride = 8 * this.#widthOf(blocks);
    const tile = 8 * rows * columns;
    const opened = openArena();
    const base = opened ? this.#enter(opened, tile + rows * Math.max(stride, 4 * columns)) : undefined;
    if (!opened || base === undefined) {
      this.#measurePlainly(queries, row, rows, blocks, distances, count);
      return;
    }
    const { floats, doubles, kernels } = opened;
    const results = base + tile;
    // The Float32 rows lie where the results will.
    floats.set(queries.data.subarray(row * columns, (row + rows) * columns), results / 4);
    const grouped = rows - (rows % 4);
    for (let r = 0; r < rows; r++) {
      const source = results + 4 * r * columns;
      const together = r < grouped ? 4 : 1;
      const first = r - (r % together);
      kernels.widen(source, source + 4 * columns, base + 8 * (first * columns + r - first), 8 * together);
    }
    const [, oneRow, , , fourRows] = kernels.squaredDistances;
    let lane = 0;
    for (const block of blocks) {
      const lanes = firsts[block + 1]! - firsts[block]!;
      const step = 4 * lanes;
      const start = this.#address + 4 * firsts[block]! * columns;
      const end = start + step * columns;
      let result = results + 8 * lane;
      lane += lanes;
      let row = 0;
      for (; row < grouped; row += 4, result += 4 * stride) {
        const query = base + 8 * row * columns;
        for (let first = 0; first < lanes; first += 4) {
          const vectors = Math.min(2, (lanes - first) / 2);
          fourRows![vectors]!(query, start + 4 * first, end, step, result + 8 * first, stride);
        }
      }
      for (; row < rows; row++, result += stride) {
        oneRow![lanes / 2]!(base + 8 * row * columns, start, end, step, result, stride);
      }
    }
    for (let row = 0; row < rows; row++) {
      const result = (results + row * stride) / 8;
      distances.set(doubles.subarray(result, result + count), row * count);
    }
  }

  /** The scalar twin. */
  #measurePlainly(
    queries: Matrix,
    row: number,
    rows: number,
    blocks: Int32Array,
    distances: Float64Array,
    count: number,
  ): void {
    const { columns, firsts } = this;
    let lane = 0;
    const put = (row: number, lane: number, first: number): void => {
      for (let j = 0; j < 4 && lane + j < count; j++) distances[row * count + lane + j] = sums[first + j]!;
    };
    for (const block of blocks) {
      const step = firsts[block + 1]! - firsts[block]!;
      const start = firsts[block]! * columns;
      // Four and the last four; in a block of fewer than eight they overlap.
      const last = step - 4;
      for (let r = 0; r < rows;) {
        const query = (row + r) * columns;
        if (r + 1 === rows) {
          squaredDistancesOfEight(queries.data, query, query, columns, this.#data, start, start + last, step);
          put(r, lane, 0);
          put(r++, lane + last, 4);
          continue;
        }
        for (let first = 0; first <= last; first += Math.max(1, last)) {
          const four = start + first;
          squaredDistancesOfEight(queries.data, query, query + columns, columns, this.#data, four, four, step);
          put(r, lane + first, 0);
          put(r + 1, lane + first, 4);
        }
        r += 2;
      }
      lane += step;
    }
  }

  /**
   * Sees to it that the centroids lie in the arena, with so many bytes of room above.
   *
   * @returns where the room begins; `undefined` when they are too many
   */
  #enter(arena: Arena, room: number): number | undefined {
    const size = align(4 * this.#data.length);
    if (size + room > memorySize) return undefined;
    const known = this.#generation === arena.generation;
    const fits = arena.top + room + (known ? 0 : size) <= memorySize;
    if (!fits) {
      arena.top = 0;
      arena.generation++;
    }
    const enters = !known || !fits;
    if (enters) {
      this.#address = arena.top;
      this.#generation = arena.generation;
      arena.top += size;
    }
    if (enters || this.#replaced) arena.floats.set(this.#data, this.#address / 4);
    this.#replaced = false;
    return arena.top;
  }
}

const sums = new Float64Array(8);

/**
 * ‖q − c‖² of one query to four centroids, then of one query (another, or the same) to four (others, or the same): eight sums
 * in flight hide the latency of an addition.
 */
function squaredDistancesOfEight(
  queries: Float32Array,
  query: number,
  otherQuery: number,
  columns: number,
  centroids: Float32Array,
  four: number,
  otherFour: number,
  step: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let c = four;
  let o = otherFour;
  for (let i = 0; i < columns; i++, c += step, o += step) {
    const x = queries[query + i]!;
    const y = queries[otherQuery + i]!;
    const d0 = x - centroids[c]!;
    s0 += d0 * d0;
    const d1 = x - centroids[c + 1]!;
    s1 += d1 * d1;
    const d2 = x - centroids[c + 2]!;
    s2 += d2 * d2;
    const d3 = x - centroids[c + 3]!;
    s3 += d3 * d3;
    const d4 = y - centroids[o]!;
    s4 += d4 * d4;
    const d5 = y - centroids[o + 1]!;
    s5 += d5 * d5;
    const d6 = y - centroids[o + 2]!;
    s6 += d6 * d6;
    const d7 = y - centroids[o + 3]!;
    s7 += d7 * d7;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  sums[4] = s4;
  sums[5] = s5;
  sums[6] = s6;
  sums[7] = s7;
}

/**
 * The one memory of all SIMD kernels of this thread (V8 reserves gigabytes of addresses for each). Centroids lie from 0 to
 * `top`, each set where it was put when it was last asked; what a call needs besides lies above. When the next set finds no room,
 * all are forgotten and it starts again at 0: the memory is bounded, and knows no router. Nobody else's code runs between a
 * write here and the reading of its result.
 */
interface Arena {
  readonly kernels: Kernels;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  top: number;
  /** 1, and one more whenever all centroids were forgotten. */
  generation: number;
}

/** `null` where the platform has no such kernels. */
let arena: Arena | null | undefined;

function openArena(): Arena | null {
  if (arena !== undefined) return arena;
  const kernels = compileKernels();
  if (!kernels) return (arena = null);
  const { buffer } = kernels.memory;
  arena = { kernels, floats: new Float32Array(buffer), doubles: new Float64Array(buffer), top: 0, generation: 1 };
  return arena;
}

/** Up to a multiple of a cache line. */
function align(bytes: number): number {
  return (bytes + 63) & ~63;
}
