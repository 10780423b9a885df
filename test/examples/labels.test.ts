import { describe, expect, it } from 'vitest';
import { boxOf, crosses, overlap, placeLabels, textWidth, type Label } from '../../examples/report/labels.js';

const frame = { left: 0, top: 0, right: 600, bottom: 400 };
const surroundings = { frame, fontSize: 10, lines: [] };

describe('placeLabels', () => {
  it('puts a lonely label right of its point, without a leader', () => {
    // 'mm' is 2 × 0.95 em wide, 1.25 em high, and begins 4 px beside a point of radius 5.
    const [placed] = placeLabels([{ text: 'mm', x: 100, y: 100, radius: 5 }], surroundings);
    expect(placed).toMatchObject({ leader: null, box: { left: 109, right: 128, top: 93.75, bottom: 106.25 } });
  });

  it('goes left where the frame ends on the right', () => {
    const [placed] = placeLabels([{ text: 'mm', x: 590, y: 100, radius: 5 }], surroundings);
    expect(placed!.box).toMatchObject({ left: 562, right: 581 });
  });

  it('keeps off a curve, and draws a leader where it has to go far', () => {
    // The curve covers everything within 30 px of the point.
    const lines = [-30, -20, -10, 0, 10, 20, 30].map((dy) => ({ x1: 0, x2: 600, y1: 200 + dy, y2: 200 + dy }));
    const [placed] = placeLabels([{ text: 'model', x: 300, y: 200, radius: 4 }], { ...surroundings, lines });
    expect(lines.some((line) => crosses(line, placed!.box))).toBe(false);
    expect(placed!.leader).toMatchObject({ x1: 300, y1: 200 });
  });

  it.each([
    [24, 0],
    [60, 20],
  ])('keeps %i labels of a crowd off each other and off all points, and leaves out at most %i', (crowd, most) => {
    const labels: Label[] = Array.from({ length: crowd }, (_, i) => ({
      text: `model-${i}-with-a-name`,
      x: 300 + 40 * Math.sin(12.9898 * i),
      y: 200 + 30 * Math.sin(78.233 * i),
      radius: 5,
    }));
    const placed = placeLabels(labels, surroundings);
    const boxes = placed.flatMap((label) => label?.box ?? []);
    expect(crowd - boxes.length).toBeLessThanOrEqual(most);
    boxes.forEach((box, i) => {
      for (const other of boxes.slice(i + 1)) expect(overlap(box, other)).toBe(false);
      for (const label of labels) expect(overlap(box, boxOf(label))).toBe(false);
      expect(box.left >= 0 && box.right <= 600 && box.top >= 0 && box.bottom <= 400).toBe(true);
    });
  });

  it('leaves out what has no room at all', () => {
    const tight = { ...surroundings, frame: { left: 0, top: 0, right: 30, bottom: 20 } };
    expect(placeLabels([{ text: 'far too long for it', x: 15, y: 10, radius: 2 }], tight)).toEqual([null]);
  });
});

describe('crosses', () => {
  const box = { left: 0, top: 0, right: 10, bottom: 10 };
  it.each([
    ['through two sides', { x1: -5, y1: 5, x2: 15, y2: 5 }, true],
    ['inside', { x1: 2, y1: 2, x2: 3, y2: 3 }, true],
    ['past a corner', { x1: -5, y1: 4, x2: 4, y2: -5 }, false],
    ['over a corner', { x1: -2, y1: 5, x2: 5, y2: -2 }, true],
    ['along an edge', { x1: -5, y1: 0, x2: 15, y2: 0 }, false],
    ['ending before it', { x1: -5, y1: 5, x2: -1, y2: 5 }, false],
  ])('%s', (_, segment, expected) => {
    expect(crosses(segment, box)).toBe(expected);
  });
});

it('takes texts for no shorter than a usual sans-serif has them', () => {
  // Measured in Chromium with DejaVu Sans, a wide font, at 100 px.
  expect(textWidth('claude-3-5-sonnet-20241022', 100)).toBeGreaterThan(1400);
});
