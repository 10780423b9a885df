import {
  accept,
  array,
  describe,
  filledArray,
  list,
  mismatch,
  nonNegative,
  nullish,
  number,
  object,
  oneOf,
  parse,
  reading,
  unitInterval,
  type Check,
} from '../validation.js';
import type { PriorDecision, RouteDecision } from './decision.js';
import type { Policy } from './policy.js';

/** Novelty of one in twenty queries like those of the fit. */
const unusual = 0.95;

const fallbackReasons = {
  max_novelty: 'the query is too novel',
  no_candidate: 'no model meets the constraints',
};

/**
 * A decision in sentences, for a log; every figure is the decision's, rounded to three digits.
 *
 * @throws RouterError `invalid_options` for what this router did not decide
 */
export function explain(policy: Policy, decision: RouteDecision | PriorDecision): string {
  const router = reading('invalid_options', 'decision', () => (decision as { router?: unknown } | null)?.router);
  if (router !== policy.fingerprint) {
    const expected = `a decision of this router, ${policy.fingerprint}`;
    throw mismatch('invalid_options', 'decision', expected, describe(router));
  }
  return inSentences(readDecision(policy.models, decision));
}

/** What is said of a decision, which may come from a log. */
function readDecision(models: readonly string[], decision: unknown) {
  const model = accept<string>(`a model of the router (${list(models)})`, (value) => models.includes(value as string));
  const finite = number('a finite number', Number.isFinite);
  const check = object({
    basis: oneOf('query', 'prior'),
    alpha: unitInterval,
    fallback: orNull(oneOf(...(Object.keys(fallbackReasons) as (keyof typeof fallbackReasons)[]))),
    kept: oneOf(true, false),
    margin: orNull(finite),
    ranking: filledArray(
      object({ model, performance: finite, standardError: orNull(finite), cost: orNull(finite), count: nonNegative }),
    ),
    excluded: array(object({ model, reason: accept<string>('a reason', (value) => /^\w+$/.test(value as string)) })),
    novelty: nullish(unitInterval),
  });
  return parse(check, decision, 'invalid_options', 'decision');
}

function orNull<T>(check: Check<T>): Check<T | null> {
  return (value) => (value === null ? null : check(value));
}

type ReadDecision = ReturnType<typeof readDecision>;

function inSentences(decision: ReadDecision): string {
  const { alpha, basis, fallback, kept, excluded, margin, ranking } = decision;
  const [chosen, second] = ranking as [ReadDecision['ranking'][number], ReadDecision['ranking'][number]?];
  const name = describe(chosen.model);
  const act = fallback
    ? `Fell back to ${name}, as ${fallbackReasons[fallback]}`
    : kept
      ? `Stayed with ${name}, as no other is ahead by more than the switch margin`
      : `Chose ${name}`;
  const without = basis === 'prior' ? ' without a query, by the means over all records' : '';
  const sentences = [`${act}${without}: α ${digits(alpha)}, ${expectation(chosen)}.`];
  if (second) sentences.push(`Next is ${describe(second.model)}: score ${gap(margin ?? 0)}, ${expectation(second)}.`);
  else sentences.push('No other model was a candidate.');
  if (excluded.length > 0) {
    const reasons = excluded.map(({ model, reason }) => `${describe(model)} (${reason})`);
    sentences.push(`No candidates: ${reasons.join(', ')}.`);
  }
  const novelty = decision.novelty ?? 0;
  if (novelty > unusual) {
    sentences.push(`An unusual query: farther out than ${digits(100 * novelty)} % of the training queries.`);
  }
  return sentences.join(' ');
}

function expectation({ performance, standardError, cost, count }: ReadDecision['ranking'][number]): string {
  const error = standardError === null ? '' : ` ± ${digits(standardError)}`;
  const price = cost === null ? '' : `, USD ${digits(cost)}`;
  return `expected score ${digits(performance)}${error} (${digits(count)} observed nearby)${price}`;
}

function gap(margin: number): string {
  if (margin === 0) return 'equal';
  return margin > 0 ? `${digits(margin)} lower` : `${digits(-margin)} higher`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
