import { expect, it } from 'vitest';
import { pieces } from '../../src/core/steps.js';

it('a piece is complete where its size is reached, and what is beyond is not counted again', () => {
  const completes = pieces(5);
  // 2, 5 | 4, 13 | 5 | 1, 1, 4 | 4, 4.5
  expect([2, 3, 4, 9, 5, 1, 0, 3, 1, 4, 0.5].map(completes)).toEqual([
    ...[false, true],
    ...[false, true],
    true,
    ...[false, false, false, true],
    ...[false, false],
  ]);
});
