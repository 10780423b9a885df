/** Figures as a person would write them. */

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 query`, `2,840 queries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** With a minus, and no −0.0. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

export function percent(share: number | null, digits = 1): string {
  return share === null ? '–' : `${fixed(100 * share, digits)} %`;
}

/** Three digits that count, and no exponent: 0.000123. */
export function usd(cost: number | null): string {
  if (cost === null) return '–';
  if (cost === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(cost))));
  return fixed(cost, Math.min(digits, 20));
}

export function shortAlpha(alpha: number): string {
  return String(Number(alpha.toFixed(3)));
}
