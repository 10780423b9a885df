import fc from 'fast-check';
import { distance as truth } from 'ml-distance';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CentroidIndex } from '../../src/core/distances.js';
import { memorySize } from '../../src/core/kernel.js';
import { rowOf, type Matrix } from '../../src/core/matrix.js';
import { createRandom } from '../../src/core/random.js';

function rowsOf(matrix: Matrix): number[][] {
  return Array.from({ length: matrix.rows }, (_, row) => Array.from(rowOf(matrix, row)));
}

function randomMatrix(rows: number, columns: number, random: () => number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns).map(() => random() - 0.5) };
}

/** The largest Float32. */
const largest = (2 - 2 ** -23) * 2 ** 127;

const expected = (queries: Matrix, centroids: Matrix): number[] =>
  rowsOf(queries).flatMap((q) => rowsOf(centroids).map((c) => truth.squaredEuclidean(q, c)));

/** The module as it is where compilation is refused. */
async function importWithoutWebAssembly(): Promise<typeof CentroidIndex> {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  const scalar = await import('../../src/core/distances.js');
  return scalar.CentroidIndex;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Queries and centroids of one dimension: the borders of all kernels lie inside these sizes. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  // Subnormals, zeros, the largest.
  fc.constantFrom(1.4e-45, -1.1754942e-38, 0, -0, largest, -largest),
);
const queriesAndCentroids = fc
  .tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 9 }))
  .chain(([queries, centroids, columns]) => {
    const matrix = (rows: number) =>
      fc
        .array(value, { minLength: rows * columns, maxLength: rows * columns })
        .map((values): Matrix => ({ rows, columns, data: Float32Array.from(values) }));
    return fc.tuple(matrix(queries), matrix(centroids));
  });

describe('CentroidIndex', () => {
  it('computes by hand: (1, 2) to (4, 6) is 25, to itself 0', () => {
    const distances = new Float64Array(2);
    new CentroidIndex({ rows: 2, columns: 2, data: Float32Array.of(4, 6, 1, 2) }).squaredDistances(
      Float32Array.of(1, 2),
      distances,
    );
    expect(Array.from(distances)).toEqual([25, 0]);
  });

  it.each(['with SIMD', 'without'])('gives the bits of ml-distance for one row and for many, %s', async (how) => {
    const Index = how === 'without' ? await importWithoutWebAssembly() : CentroidIndex;
    fc.assert(
      fc.property(queriesAndCentroids, ([queries, centroids]) => {
        const index = new Index(centroids);
        const all = expected(queries, centroids);
        const many = new Float64Array(all.length + 1).fill(-1);
        index.squaredDistancesOfRows(queries, 0, queries.rows, many);
        expect(Array.from(many)).toEqual([...all, -1]);
        for (let row = 0; row < queries.rows; row++) {
          const one = new Float64Array(centroids.rows + 1).fill(-1);
          index.squaredDistances(rowOf(queries, row), one);
          expect(Array.from(one)).toEqual([...all.slice(row * centroids.rows, (row + 1) * centroids.rows), -1]);
        }
      }),
    );
  });

  it.each(['with SIMD', 'without'])('takes part of the rows, of the centroids, of the blocks, %s', async (how) => {
    const Index = how === 'without' ? await importWithoutWebAssembly() : CentroidIndex;
    fc.assert(
      fc.property(queriesAndCentroids, fc.nat(), fc.nat(), fc.nat(), ([queries, centroids], a, b, c) => {
        const start = a % queries.rows;
        const end = start + (b % (queries.rows - start + 1));
        const count = (c % centroids.rows) + 1;
        const index = new Index(centroids);
        const part = new Float64Array((end - start) * count);
        index.squaredDistancesOfRows(queries, start, end, part, count);
        const all = expected(queries, centroids);
        const wanted = (row: number, first: number, last: number): number[] =>
          all.slice(row * centroids.rows + first, row * centroids.rows + Math.min(last, centroids.rows));
        const rows = Array.from({ length: end - start }, (_, i) => start + i);
        expect(Array.from(part)).toEqual(rows.flatMap((row) => wanted(row, 0, count)));
        const blocks = Int32Array.from({ length: index.blocks }, (_, block) => block).filter(
          (block) => (c >> block) & 1,
        );
        const found = new Float64Array(index.firsts[index.blocks]!);
        index.squaredDistancesToBlocks(queries, start, blocks, found);
        let at = 0;
        for (const block of blocks) {
          const [first, last] = index.firsts.subarray(block, block + 2);
          const own = wanted(start, first!, last!);
          expect(Array.from(found.subarray(at, at + own.length))).toEqual(own);
          at += last! - first!;
        }
      }),
    );
  });

  it('gives the same bits with SIMD and without, for 10,000 random shapes', async () => {
    const Scalar = await importWithoutWebAssembly();
    expect(Scalar).not.toBe(CentroidIndex);
    const random = createRandom(1);
    const upTo = (most: number): number => 1 + Math.floor(random() * most);
    for (let shape = 0; shape < 10_000; shape++) {
      const columns = shape % 100 === 0 ? upTo(700) : upTo(20);
      const centroids = randomMatrix(upTo(30), columns, random);
      const queries = randomMatrix(upTo(10), columns, random);
      // A wide range of exponents, so that every order of summation rounds differently: from subnormal to the largest Float32.
      const scales = [2 ** -148, 1e-40, 1e-20, 1, 3, 1e9, 2 * largest];
      const scale = Float64Array.from({ length: columns }, () => scales[Math.floor(random() * scales.length)]!);
      for (const { data } of [centroids, queries]) {
        data.forEach((x, i) => (data[i] = (random() < 0.05 ? Math.sign(x) * 0 : x) * scale[i % columns]!));
      }
      const [simd, scalar] = [CentroidIndex, Scalar].map((Index) => {
        const distances = new Float64Array(queries.rows * centroids.rows);
        new Index(centroids).squaredDistancesOfRows(queries, 0, queries.rows, distances);
        return Buffer.from(distances.buffer);
      });
      if (!simd!.equals(scalar!)) expect.unreachable(`shape ${shape}: ${centroids.rows} × ${columns}`);
    }
  });

  it('takes other centroids', () => {
    const random = createRandom(2);
    const [before, after, queries] = [3, 3, 5].map((rows) => randomMatrix(rows, 7, random));
    const index = new CentroidIndex(before!);
    const distances = new Float64Array(15);
    index.squaredDistancesOfRows(queries!, 0, 5, distances);
    index.replace(after!);
    index.squaredDistancesOfRows(queries!, 0, 5, distances);
    expect(Array.from(distances)).toEqual(expected(queries!, after!));
  });

  it('serves more centroids than the arena holds at a time, in turn and in sets too large for it', () => {
    const random = createRandom(3);
    const columns = 1 << 16;
    // Six sets of 6 MiB; the last one is larger than all of it.
    const sets = [24, 24, 24, 24, 24, 24, memorySize / 4 / columns + 4].map((rows) => {
      const centroids = { rows, columns, data: new Float32Array(rows * columns) };
      for (let j = 0; j < rows; j++) centroids.data[j * columns + (j % 5)] = random();
      return { centroids, index: new CentroidIndex(centroids) };
    });
    const query = randomMatrix(1, columns, random);
    for (const round of [0, 1]) {
      for (const { centroids, index } of round === 0 ? sets : [...sets].reverse()) {
        const distances = new Float64Array(centroids.rows);
        index.squaredDistances(query.data, distances);
        for (let j = 0; j < centroids.rows; j += 11) {
          expect(distances[j]).toBe(truth.squaredEuclidean(Array.from(query.data), Array.from(rowOf(centroids, j))));
        }
      }
    }
  });

  it('serves sets that leave no room in the arena for what a call needs, or just enough', async () => {
    vi.resetModules();
    const { CentroidIndex: Fresh } = await import('../../src/core/distances.js');
    // Eight rows in double and as Float32 beside four centroids: 112 bytes a column, of which 2²⁵ hold 299,593. Eight rows of results
    // beside centroids of one column: 68 bytes a centroid, of which 2²⁵ hold 493,447.
    const shapes = [
      ...[299_576, 299_592, 299_593, 299_608].map((columns) => [4, columns] as const),
      ...[493_446, 493_448].map((rows) => [rows, 1] as const),
    ];
    const random = createRandom(4);
    const values = new Float32Array(11 * 299_608).map(() => random());
    const sets = shapes.map(([rows, columns]) => {
      const centroids = { rows, columns, data: values.subarray(0, rows * columns) };
      return { centroids, index: new Fresh(centroids) };
    });
    for (const { centroids, index } of [...sets, ...[...sets].reverse()]) {
      const { rows, columns, data } = centroids;
      for (const queries of [8, 1]) {
        const own = values.subarray(3 * columns, (3 + queries) * columns);
        const distances = new Float64Array(queries * rows);
        index.squaredDistancesOfRows({ rows: queries, columns, data: own }, 0, queries, distances);
        for (const row of [0, queries - 1]) {
          for (const j of [0, 3, rows - 1]) {
            let squared = 0;
            for (let i = 0; i < columns; i++) squared += (own[row * columns + i]! - data[j * columns + i]!) ** 2;
            if (distances[row * rows + j] !== squared) {
              expect.unreachable(`${rows} × ${columns}, query ${row} of ${queries}, centroid ${j}`);
            }
          }
        }
      }
    }
  });
});
