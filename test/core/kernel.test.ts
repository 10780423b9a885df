import { afterEach, describe, expect, it, vi } from 'vitest';
import { assembleKernels, compileKernels, memorySize } from '../../src/core/kernel.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('assembleKernels', () => {
  it('makes a valid module, the same every time', () => {
    expect(WebAssembly.validate(assembleKernels())).toBe(true);
    expect(assembleKernels()).toEqual(assembleKernels());
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
});
