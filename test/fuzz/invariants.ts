import { Router, type RouteDecision } from '../../src/index.js';

function require(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken invariant: ${what}`);
}

const finite = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const unit = (value: number): boolean => value >= -1e-9 && value <= 1 + 1e-9;

/** What holds of every decision, whatever it was decided on. */
export function requireDecision(router: Router, decision: RouteDecision): void {
  const { model, alpha, margin, ranking, excluded, clusters, novelty } = decision;
  require(router.models.includes(model), 'the model is one of the router');
  require(alpha >= 0 && alpha <= 1, 'α lies in [0, 1]');
  require(margin === null || finite(margin), 'the margin is a number or null');
  require(ranking.length >= 1, 'somebody is ranked');
  const names = [...ranking, ...excluded].map((entry) => entry.model).sort();
  require(ranking[0].model === model, 'the model is the first of the ranking');
  require(names.join('\n') === [...router.models].sort().join('\n'), 'every model is ranked or excluded, once');
  for (const { score, performance, cost, count, standardError } of ranking) {
    require(finite(score), `a score is finite: ${score}`);
    require(finite(performance) && unit(performance), `a performance lies in [0, 1]: ${performance}`);
    require(cost === null || finite(cost), `a cost is finite: ${cost}`);
    require(finite(count) && count >= 0, `a count is at least 0: ${count}`);
    require(standardError === null ||
      (finite(standardError) && standardError >= 0), `a standard error: ${standardError}`);
  }
  const weight = clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
  require(Math.abs(weight - 1) < 1e-9, `weights sum to 1: ${weight}`);
  require(novelty === null || unit(novelty), `novelty lies in [0, 1]: ${novelty}`);
}

/** What holds of every router: its state loads again as the same. */
export function requireSameAgain(router: Router): void {
  const text = JSON.stringify(router);
  require(!/[:,[]null\b/.test(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')), 'no number of a state is unknown');
  const again = Router.fromJSON(JSON.parse(text));
  require(JSON.stringify(again) === text, 'a state survives JSON');
  require(again.fingerprint === router.fingerprint, 'a fingerprint survives JSON');
}

/** Every number below a value is finite: NaN would be written as null. */
export function requireNumbers(value: unknown, place = 'result'): void {
  if (typeof value === 'number') require(Number.isFinite(value), `${place} is finite: ${value}`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) requireNumbers(entry, `${place}.${key}`);
  }
}
