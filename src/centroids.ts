import { createMatrix, rowOf, type Matrix } from './core/matrix.js';
import { describe, mismatch, reading } from './validation.js';

/**
 * Centroids that a caller brings, rounded to Float32 and otherwise as they are: not normalised.
 *
 * @throws RouterError `invalid_options`
 */
export function parseCentroids(vectors: readonly ArrayLike<number>[], dimensions: number, place: string): Matrix {
  if (vectors.length === 0) throw mismatch('invalid_options', place, 'at least one vector', 'none');
  // Before memory is taken for them.
  vectors.forEach(({ length }, j) => {
    if (length === dimensions) return;
    throw mismatch('invalid_options', `${place}[${j}]`, `${dimensions} dimensions`, String(length));
  });
  const centroids = createMatrix(vectors.length, dimensions);
  vectors.forEach((vector, j) => {
    const own = `${place}[${j}]`;
    const row = rowOf(centroids, j);
    reading('invalid_options', own, () => {
      for (let i = 0; i < dimensions; i++) {
        const value: unknown = vector[i];
        // Beyond the range of Float32 a number becomes infinite.
        if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
          throw mismatch('invalid_options', `${own}[${i}]`, 'a finite number', describe(value));
        }
        row[i] = value;
      }
    });
  });
  return centroids;
}
