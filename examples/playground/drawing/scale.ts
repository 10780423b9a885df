/** From values to pixels, along one axis. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number], count: number): Scale {
  const [low, high] = domain;
  const span = high - low || 1;
  const step = niceStep(span / count);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
  return { at: (value) => range[0] + ((value - low) / span) * (range[1] - range[0]), ticks };
}

/** @param domain - greater than 0 */
export function logScale(domain: readonly [number, number], range: readonly [number, number], count: number): Scale {
  const [low, high] = [Math.log10(domain[0]), Math.log10(domain[1])];
  const span = high - low || 1;
  const digits = [[1], [1, 3], [1, 2, 5]].reverse().find((each) => each.length * span <= count) ?? [1];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of digits) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= domain[0] && tick <= domain[1]) ticks.push(tick);
    }
  }
  return { at: (value) => range[0] + ((Math.log10(value) - low) / span) * (range[1] - range[0]), ticks };
}

/** 1, 2 or 5 times a power of ten, not below a step. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10);
}

/** The least and the greatest value. */
export function extent(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}
