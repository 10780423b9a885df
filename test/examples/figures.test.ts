import { describe, expect, it } from 'vitest';
import { count, counted, dollars, fixed, percent, points, shortAlpha, usd } from '../../examples/figures.js';

describe('figures', () => {
  it('have a minus sign, and none before a zero', () => {
    expect(fixed(-1.25, 1)).toBe('−1.3');
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(fixed(null, 2)).toBe('–');
    expect(percent(0.123)).toBe('12.3 %');
    expect(percent(-0.0001)).toBe('0.0 %');
    expect(percent(null)).toBe('–');
    expect([fixed(-2.25, 1), percent(0.126, 0)]).toEqual(['−2.3', '13 %']);
  });

  it('say the direction of a difference', () => {
    expect(points(0.024)).toBe('+2.4');
    expect(points(-0.024)).toBe('−2.4');
    expect(points(-0.0004)).toBe('0.0');
    expect(points(0.0004)).toBe('0.0');
  });

  it('give costs three digits that mean something, however small', () => {
    expect(dollars(0.0000012345)).toBe('$0.00000123');
    expect(dollars(1e-8)).toBe('$0.0000000100');
    expect(dollars(0)).toBe('$0');
    expect(dollars(0.9999)).toBe('$1.00');
    expect(dollars(9.999)).toBe('$10.0');
    expect(dollars(99.96)).toBe('$100');
    expect(dollars(1234.6)).toBe('$1,235');
    expect(dollars(-0.00215)).toBe('−$0.00215');
    expect(dollars(null)).toBe('–');
    expect([0.0000491, 0.00137, 12.345, 0, -2, null].map(usd)).toEqual([
      '0.0000491',
      '0.00137',
      '12.3',
      '0',
      '−2.00',
      '–',
    ]);
  });

  it('are short where nothing is lost', () => {
    expect(count(12345)).toBe('12,345');
    expect([counted(1, 'query', 'queries'), counted(2840, 'query', 'queries'), counted(0, 'file')]).toEqual([
      '1 query',
      '2,840 queries',
      '0 files',
    ]);
    expect(shortAlpha(0.7)).toBe('0.7');
    expect(shortAlpha(0.71234567)).toBe('0.7123');
  });
});
