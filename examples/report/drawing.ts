/** Observable Plot on a document without a browser: charts as inline SVG. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Look } from './looks.js';

/** Every chart is drawn twice, and the page shows the one that fits: its text never shrinks below 11 px. */
export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly fontSize: number;
}

export const sizes: readonly Size[] = [
  { name: 'wide', width: 680, fontSize: 12.5 },
  { name: 'narrow', width: 328, fontSize: 13 },
];

export const { document } = parseHTML('<html><body></body></html>');

/** Colours are the page's, so that light, dark and print each have their own. */
export const colour = { router: 'var(--router)', quiet: 'var(--quiet)', rule: 'var(--rule)', oracle: 'var(--oracle)' };

/** Keeps text readable on whatever lies below it. */
export const halo = { fill: 'currentColor', stroke: 'var(--background)', strokeWidth: 4, paintOrder: 'stroke' };

/**
 * Draws a chart. Marks with a `title` tell it to pointers, keyboards and screen readers.
 *
 * @param follows - whether the page's script shows the α that is looked at in it: as a line over α, or as a dot in the plane
 */
export function draw(title: string, size: Size, options: Plot.PlotOptions, follows?: 'alpha' | 'plane'): string {
  const style = { fontSize: `${size.fontSize}px`, background: 'none' };
  const svg = Plot.plot({ document, width: size.width, ...options, style });
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', title);
  for (const found of svg.querySelectorAll('title')) {
    const mark = found.parentElement!;
    mark.setAttribute('class', 'mark');
    mark.setAttribute('tabindex', '0');
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', found.textContent);
  }
  // Plot names groups that have no role, which assistive technology may not read.
  for (const group of svg.querySelectorAll('g[aria-label]:not([role])')) group.removeAttribute('aria-label');
  if (follows) {
    svg.setAttribute('data-follows', follows);
    for (const name of ['x', 'y'] as const) svg.setAttribute(`data-${name}`, scaleInWords(svg.scale(name)!));
  }
  roundGeometry(svg);
  return svg.outerHTML;
}

/** A scale for the script: its type, domain and range. */
function scaleInWords({ type, domain, range }: Plot.Scale): string {
  return [type, ...(domain as number[]), ...(range as number[])].join(' ');
}

/** To a hundredth of a pixel: shorter, and the same on every engine. */
function roundGeometry(svg: Element): void {
  const names = ['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'width', 'height'];
  for (const part of svg.querySelectorAll('*')) {
    for (const name of names) {
      const value = part.getAttribute(name);
      if (value?.includes('.'))
        part.setAttribute(
          name,
          value.replace(/-?\d*\.\d{3,}/g, (n) => String(Number(Number(n).toFixed(2)))),
        );
    }
  }
}

/** An SVG element with its attributes and children. */
export function element(
  name: string,
  attributes: Record<string, string | number>,
  ...children: (Node | string)[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** A path's data through points, to a tenth of a pixel; points that fall together are one. */
export function pathThrough(points: readonly (readonly [number, number])[]): string {
  const rounded = points.map(([x, y]) => `${tenth(x)},${tenth(y)}`);
  return `M${rounded.filter((point, i) => point !== rounded[i - 1]).join('L')}`;
}

const tenth = (value: number): number => Math.round(10 * value) / 10;

export function percentAxis(label: string, ticks = 5): Plot.ScaleOptions {
  return { label, grid: true, ticks, tickFormat: (value: number) => `${Math.round(100 * value)} %` };
}

/** USD at full length, where a person can count the zeros. */
export function plainCost(cost: number): string {
  return cost.toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: false });
}

/** A text for HTML; a number and its % stay on one line. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/(?<=\d) %/g, '\u00a0%');
}

/** A model's shape, for a legend: drawn around 0, 0. */
export function glyph({ symbol, rotate, colour }: Look): string {
  const svg = Plot.plot({
    document,
    marks: [Plot.dot([0], { x: 0, y: 0, symbol: () => symbol, r: 5 })],
    symbol: { type: 'identity' },
  });
  const path = svg.querySelector('[aria-label=dot] path')!.getAttribute('d')!;
  return `<svg class="glyph" viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path d="${path}" fill="${colour}" transform="rotate(${rotate})"/></svg>`;
}
