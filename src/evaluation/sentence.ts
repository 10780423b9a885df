import type { SingleModel } from './baselines.js';
import type { Answer } from './gain.js';
import type { Interval } from './intervals.js';
import type { Mix } from './mix.js';
import type { Retention } from './retention.js';

const answers: { readonly [answer in Answer]: string } = {
  pays: 'Routing pays',
  does_not_pay: 'Routing does not pay',
  unclear: 'It is unclear whether routing pays',
};

/** Fewer queries than these are called a small sample. */
const fewQueries = 100;

/** Of the retained shares, the one nearest to this is told. */
const toldShare = 0.95;

/**
 * A verdict in words.
 *
 * @param queries - how many different ones were held out
 * @param withCosts - whether any cost was observed
 */
export function sayVerdict(
  answer: Answer,
  gain: Interval,
  retention: readonly Retention[],
  bestSingle: string,
  queries: number,
  withCosts: boolean,
): string {
  const sample =
    queries < fewQueries ? ` on this small sample of ${queries} ${queries === 1 ? 'query' : 'queries'}` : '';
  const comparison = withCosts
    ? `at equal cost it is ${accurate(gain)} mixing single models`
    : `it is ${accurate(gain)} ${bestSingle}, the best single model`;
  const [told] = [...retention].sort((a, b) => Math.abs(a.retain - toldShare) - Math.abs(b.retain - toldShare));
  return [`${answers[answer]}${sample}: ${comparison}.`, ...(told ? sayRetention(told, bestSingle) : [])].join(' ');
}

function sayRetention({ retain, alpha, accuracy, cost }: Retention, bestSingle: string): string[] {
  const promised = `${Number((100 * retain).toFixed(1))} % of ${bestSingle}'s accuracy`;
  if (alpha === null) return [`At no α does it promise ${promised}.`];
  if (!accuracy || !cost) return [];
  const [low, high] = [accuracy.low, accuracy.high].map((share) => (100 * share).toFixed(1));
  const measured = percent(accuracy.estimate, 1);
  const price = `at ${percent(cost.estimate, cost.estimate < 0.095 ? 1 : 0)} of its cost`;
  return [
    accuracy.high < retain
      ? `It promises ${promised} and keeps ${measured} (${low} to ${high}), ${price}.`
      : `It keeps ${promised} ${price} (measured: ${measured}, ${low} to ${high}).`,
  ];
}

/** A verdict on one α in words. */
export function sayAlphaVerdict(
  answer: Answer,
  alpha: number,
  gain: Interval,
  mix: Mix,
  accuracyDifference: Interval,
  costDifference: Interval | null,
  { model, meanCost }: SingleModel,
): string {
  const parts = mix.map((part) => `${percent(part.weight, 0)} ${part.model}`).join(' and ');
  const rival = mix.length === 1 ? mix[0]!.model : `single models mixed at random at its cost (${parts})`;
  const saving = costDifference && meanCost ? -costDifference.estimate / meanCost : null;
  const price = saving === null ? '' : `, and ${percent(Math.abs(saving), 1)} ${saving < 0 ? 'dearer' : 'cheaper'}`;
  return (
    `${answers[answer]} at α = ${Number(alpha.toFixed(4))}: the router is ${accurate(gain)} ${rival}. ` +
    `It is ${accurate(accuracyDifference)} ${model}, the best single model${price}.`
  );
}

/** `3.0 points (2.1 to 3.8) more accurate than`, `0.4 points more accurate (from 0.5 less to 1.3 more) than`, … */
function accurate({ estimate, low, high }: Interval): string {
  if (low === 0 && high === 0) return 'exactly as accurate as';
  const [size, from, to] = [estimate, low, high].map((difference) => Math.abs(100 * difference).toFixed(1));
  if (low >= 0) return `${size} points (${from} to ${to}) more accurate than`;
  if (high <= 0) return `${size} points (${to} to ${from}) less accurate than`;
  return `${size} points ${estimate < 0 ? 'less' : 'more'} accurate (from ${from} less to ${to} more) than`;
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
