import { readFileSync } from 'node:fs';

const palette = readFileSync(new URL('../report/palette.css', import.meta.url), 'utf8');

/**
 * A chart of the report as a file of its own, for an `<img>`: it brings its colours, light and dark, and its background, so that it
 * can be read on any page.
 */
export function standalone(svg: string): string {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number) as [number, number, number];
  const padding = 8;
  const outer =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * padding}" height="${height + 2 * padding}" ` +
    `viewBox="${-padding} ${-padding} ${width + 2 * padding} ${height + 2 * padding}">`;
  const style = `<style>${palette}svg { color: var(--text); font-family: system-ui, sans-serif; }</style>`;
  const background = `<rect x="${-padding}" y="${-padding}" width="100%" height="100%" rx="6" fill="var(--background)"/>`;
  return `${outer}\n${style}\n${background}\n${svg.replace(/ (tabindex|data-\w+)="[^"]*"/g, '')}\n</svg>\n`;
}
