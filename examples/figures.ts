/** Numbers as people read them: a typographic minus, no minus before a zero, a dash where nothing is known. */

const unknown = '–';

export function fixed(value: number | null, digits: number): string {
  if (value === null) return unknown;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

export const percent = (share: number | null, digits = 1): string =>
  share === null ? unknown : `${fixed(100 * share, digits)} %`;

/** A difference of two shares in percentage points, with its sign. */
export function points(difference: number): string {
  const text = fixed(100 * difference, 1);
  return Number(text) > 0 ? `+${text}` : text;
}

/** USD to three significant digits, whole dollars from a thousand on. */
export function dollars(cost: number | null): string {
  if (cost === null) return unknown;
  const size = Number(Math.abs(cost).toPrecision(3));
  const sign = cost < 0 ? '−' : '';
  if (size >= 1000) return `${sign}$${count(Math.round(Math.abs(cost)))}`;
  const digits = size === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)));
  return `${sign}$${size.toFixed(Math.min(digits, 100))}`;
}

/** The same where the unit stands beside it. */
export const usd = (cost: number | null): string => dollars(cost).replace('$', '');

export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 query`, `2,840 queries`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** α as a person would write it. */
export const shortAlpha = (alpha: number): string => String(Number(alpha.toFixed(4)));
