/**
 * The SIMD kernels, written out as a WebAssembly module: `squaredDistances` of `rows` queries to `vectors` pairs of
 * centroids, for every shape in {@link shapes}, and `widen`. The two lanes of a vector hold two centroids, so a pair of query and
 * centroid is summed from the first coordinate to the last in double, as a plain loop sums it: the same bits.
 *
 * The module is assembled here, from the instructions below, when it is first needed: there is no binary to trust.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** ‖q − c‖² of many pairs, at [rows][vectors]. */
  readonly squaredDistances: readonly (readonly (SquaredDistances | undefined)[])[];
  /** Float32 values at `from` … `end` become Float64 at `to`, `to + step`, … */
  readonly widen: (from: number, end: number, to: number, step: number) => void;
}

/**
 * All arguments are addresses or numbers of bytes.
 *
 * @param queries - Float64: coordinate 0 of each of the rows, then coordinate 1 of each, …
 * @param centroids - Float32: coordinate 0 of each centroid of a block, then coordinate 1 of each, …
 * @param end - where the block ends
 * @param step - from one coordinate of the block to the next
 * @param distances - Float64: the first row's
 * @param stride - from one row's distances to the next row's
 */
type SquaredDistances = (
  queries: number,
  centroids: number,
  end: number,
  step: number,
  distances: number,
  stride: number,
) => void;

/**
 * Rows and vectors in flight. Sixteen vector registers are what there is on x64: with four rows, each value of two vectors
 * of centroids serves four pairs; a row on its own takes a whole block.
 */
const shapes = [
  [1, 2],
  [1, 3],
  [1, 4],
  [4, 1],
  [4, 2],
] as const;

/** All the memory there is, which a platform commits as it is touched: 512 pages of 64 KiB. */
export const memorySize: number = 1 << 25;

/**
 * Compiles the module.
 *
 * @returns `undefined` where the platform knows no SIMD, or forbids compilation at run time as some edge workers and
 * content security policies do
 */
export function compileKernels(): Kernels | undefined {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembleKernels()));
    const squaredDistances: SquaredDistances[][] = [[], [], [], [], []];
    shapes.forEach(([rows, vectors], i) => {
      squaredDistances[rows]![vectors] = exports[i] as SquaredDistances;
    });
    return {
      memory: exports.m as WebAssembly.Memory,
      squaredDistances,
      widen: exports[shapes.length] as Kernels['widen'],
    };
  } catch {
    return undefined;
  }
}

type Code = readonly number[];

// Opcodes and encodings: WebAssembly core specification, sections 5.2 to 5.5.
const [i32, v128] = [0x7f, 0x7b];
const [add, lessThan, end] = [0x6a, 0x49, 0x0b];
const loop: Code = [0x03, 0x40];
const continueLoop: Code = [0x0d, 0];
const loadFloat32: Code = [0x2a, 2, 0];
const promote: Code = [0xbb];
const storeFloat64: Code = [0x39, 3, 0];
const simd = (opcode: number, ...immediates: Code): Code => [0xfd, ...unsigned(opcode), ...immediates];
const loadSplat = (offset: number): Code => simd(0x0a, 3, offset);
const store = (offset: number): Code => simd(0x0b, 4, offset);
/** Two Float32, promoted. */
const loadPromoted = (offset: number): Code => [...simd(0x5d, 2, offset), ...simd(0x5f)];
const [addVectors, subtractVectors, multiplyVectors] = [simd(0xf0), simd(0xf1), simd(0xf2)] as const;
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
/** local ← local + constant, below 64 (one byte of a signed number). */
const advance = (local: number, bytes: number): Code => [...get(local), 0x41, bytes, add, ...set(local)];
const advanceBy = (local: number, other: number): Code => [...get(local), ...get(other), add, ...set(local)];

/** The bytes of the module. It exports its functions by their digits, its memory as `m`. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  const parameters = (count: number): Code => [0x60, ...list(new Array<Code>(count).fill([i32])), 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [parameters(6), parameters(4)]),
    ...section(3, [...shapes.map(() => [0]), [1]]),
    ...section(5, [[1, ...unsigned(memorySize >> 16), ...unsigned(memorySize >> 16)]]),
    ...section(7, [...[...shapes, 0].map((_, i) => [1, 0x30 + i, 0, i]), [1, 0x6d, 2, 0]]),
    ...section(10, [...shapes.map(([rows, vectors]) => squaredDistances(rows, vectors)), widen()]),
  ]);
}

function squaredDistances(rows: number, vectors: number): Code {
  const [queries, centroids, blockEnd, step, distances, stride] = [0, 1, 2, 3, 4, 5];
  const [value, difference] = [6, 7];
  const query = (row: number): number => 8 + row;
  const sum = (row: number, vector: number): number => 8 + rows + row * vectors + vector;
  const eachRow = upTo(rows);
  const eachVector = upTo(vectors);
  return body(
    [v128, 2 + rows + rows * vectors],
    ...loop,
    ...eachRow.flatMap((row) => [...get(queries), ...loadSplat(8 * row), ...set(query(row))]),
    ...eachVector.flatMap((vector) => [
      ...[...get(centroids), ...loadPromoted(8 * vector), ...set(value)],
      ...eachRow.flatMap((row) => [
        ...[...get(query(row)), ...get(value), ...subtractVectors, ...tee(difference)],
        ...[...get(difference), ...multiplyVectors],
        ...[...get(sum(row, vector)), ...addVectors, ...set(sum(row, vector))],
      ]),
    ]),
    ...advance(queries, 8 * rows),
    ...advanceBy(centroids, step),
    ...[...get(centroids), ...get(blockEnd), lessThan, ...continueLoop, end],
    ...eachRow.flatMap((row) => [
      ...eachVector.flatMap((vector) => [...get(distances), ...get(sum(row, vector)), ...store(16 * vector)]),
      ...advanceBy(distances, stride),
    ]),
  );
}

function widen(): Code {
  const [from, valuesEnd, to, step] = [0, 1, 2, 3];
  return body(
    [],
    ...loop,
    ...[...get(to), ...get(from), ...loadFloat32, ...promote, ...storeFloat64],
    ...advance(from, 4),
    ...advanceBy(to, step),
    ...[...get(from), ...get(valuesEnd), lessThan, ...continueLoop, end],
  );
}

/** A function body: locals of one type, or none, and instructions. */
function body(locals: readonly [type: number, count: number] | [], ...instructions: Code): Code {
  const [type, count] = locals;
  return sized([...list(type === undefined ? [] : [[count!, type]]), ...instructions, end]);
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized(list(items))];
}

function sized(code: Code): Code {
  return [...unsigned(code.length), ...code];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
