import { describe, mismatch, reading } from '../validation.js';
import type { PriorDecision, RankedModel, RouteDecision } from './decision.js';
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
  return reading('invalid_options', 'decision', () => inSentences(policy, decision));
}

function inSentences(policy: Policy, decision: RouteDecision | PriorDecision): string {
  if ((decision as unknown) === null || typeof decision !== 'object' || decision.router !== policy.fingerprint) {
    const expected = `a decision of this router, ${policy.fingerprint}`;
    throw mismatch(
      'invalid_options',
      'decision',
      expected,
      describe((decision as { router?: unknown } | null)?.router),
    );
  }
  const { alpha, fallback, kept, excluded, margin, ranking } = decision;
  if (excluded.length > policy.models.length) {
    const expected = `at most the ${policy.models.length} models`;
    throw mismatch('invalid_options', 'decision.excluded', expected, String(excluded.length));
  }
  const [chosen, second] = ranking;
  const name = describe(chosen.model);
  const act = fallback
    ? `Fell back to ${name}, as ${fallbackReasons[fallback]}`
    : kept
      ? `Stayed with ${name}, as no other is ahead by more than the switch margin`
      : `Chose ${name}`;
  const basis = decision.basis === 'prior' ? ' without a query, by the means over all records' : '';
  const sentences = [`${act}${basis}: α ${digits(alpha)}, ${expectation(chosen)}.`];
  if (second) sentences.push(`Next is ${describe(second.model)}: score ${gap(margin ?? 0)}, ${expectation(second)}.`);
  else sentences.push('No other model was a candidate.');
  if (excluded.length > 0) {
    const reasons = excluded.map(({ model, reason }) => `${describe(model)} (${reason})`);
    sentences.push(`No candidates: ${reasons.join(', ')}.`);
  }
  if (decision.basis === 'query' && (decision.novelty ?? 0) > unusual) {
    sentences.push(`An unusual query: farther out than ${digits(100 * decision.novelty!)} % of the training queries.`);
  }
  return sentences.join(' ');
}

function expectation({ performance, standardError, cost, count }: RankedModel): string {
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
