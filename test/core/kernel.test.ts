import { afterEach, describe, expect, it, vi } from 'vitest';
import { assembleKernels, compileKernels, memorySize } from '../../src/core/kernel.js';
import { createRandom } from '../../src/core/random.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('assembleKernels', () => {
  it('makes a valid module, the same every time and from a module loaded anew', async () => {
    expect(WebAssembly.validate(assembleKernels())).toBe(true);
    expect(assembleKernels()).toEqual(assembleKernels());
    vi.resetModules();
    const anew = await import('../../src/core/kernel.js');
    expect(WebAssembly.validate(anew.assembleKernels())).toBe(true);
    expect(anew.assembleKernels()).toEqual(assembleKernels());
  });

  it('makes a module that imports nothing and whose memory is bounded', () => {
    const module = new WebAssembly.Module(assembleKernels());
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { memory } = compileKernels()!;
    expect(memory.buffer.byteLength).toBe(memorySize);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });
});

describe('compileKernels', () => {
  it.each([
    ['there is no WebAssembly', undefined],
    [
      'compilation is forbidden',
      {
        Module: function () {
          throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
        },
      },
    ],
  ])('has no kernels where %s', (_, platform) => {
    vi.stubGlobal('WebAssembly', platform);
    expect(compileKernels()).toBeUndefined();
  });

  it('computes two pairs of centroids at a time: by hand', () => {
    const { memory, squaredDistances, widen } = compileKernels()!;
    // Centroids (0, 0), (3, 4), (1, 1), (−2, 0), coordinate by coordinate; the query (3, 4).
    new Float32Array(memory.buffer, 0, 8).set([0, 3, 1, -2, 0, 4, 1, 0]);
    new Float32Array(memory.buffer, 64, 2).set([3, 4]);
    widen(64, 72, 128, 8);
    expect(Array.from(new Float64Array(memory.buffer, 128, 2))).toEqual([3, 4]);
    squaredDistances[1]![2]!(128, 0, 32, 16, 256, 32);
    expect(Array.from(new Float64Array(memory.buffer, 256, 4))).toEqual([25, 0, 13, 41]);
  });

  it.each([
    [1, 2],
    [1, 3],
    [1, 4],
    [4, 1],
    [4, 2],
  ])(
    'has a kernel of %i rows and %i pairs of centroids: the plain loop, and nothing written beside it',
    (rows, vectors) => {
      const { memory, squaredDistances, widen } = compileKernels()!;
      const random = createRandom(10 * rows + vectors);
      const lanes = 2 * vectors;
      // The block is two centroids wider than the kernel takes, the stride two distances longer than it writes.
      const width = lanes + 2;
      for (const columns of [1, 2, 3, 17]) {
        const matrix = (of: number): number[][] =>
          Array.from({ length: of }, () => Array.from({ length: columns }, () => Math.fround(random() - 0.5)));
        const [queries, centroids] = [matrix(rows), matrix(width)];
        const [floats, doubles] = [new Float32Array(memory.buffer), new Float64Array(memory.buffer)];
        // At 0 centroids by coordinate, at 4096 a query as it comes, at 8192 queries by coordinate, at 16384 distances.
        centroids.forEach((centroid, j) => {
          centroid.forEach((x, i) => (floats[i * width + j] = x));
        });
        queries.forEach((query, row) => {
          floats.set(query, 4096 / 4);
          widen(4096, 4096 + 4 * columns, 8192 + 8 * row, 8 * rows);
        });
        doubles.fill(-1, 16384 / 8, 16384 / 8 + rows * width);
        const step = 4 * width;
        squaredDistances[rows]![vectors]!(8192, 0, step * columns, step, 16384, 8 * width);
        const expected = queries.flatMap((query) =>
          centroids.map((centroid, j) =>
            j < lanes ? query.reduce((sum, x, i) => sum + (x - centroid[i]!) ** 2, 0) : -1,
          ),
        );
        expect(Array.from(doubles.subarray(16384 / 8, 16384 / 8 + rows * width))).toEqual(expected);
      }
    },
  );
});
