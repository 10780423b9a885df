import {
  alphaFor,
  evaluateRouter,
  fitRouter,
  flipPoints,
  Router,
  tradeoffCurve,
  type FitOptions,
  type RouteConstraints,
  type RoutingRecord,
} from '../../src/index.js';
import type { Dice } from './dice.js';
import { embedderTargets } from './embedder-targets.js';
import { asksForMuch, hostileValue, mutate } from './hostile.js';
import { constraintsOf, fitOptionsOf, plainState, recordsOf, stateOf, targetOf, vectorOf } from './inputs.js';
import { requireDecision, requireNumbers, requireSameAgain } from './invariants.js';
import { livingTargets } from './living-targets.js';
import { logTargets } from './log-targets.js';

/** One door of the library under attack. A case either works, with every invariant, or ends in a `RouterError`. */
export interface Target {
  readonly name: string;
  /** Cases of a whole run. */
  readonly cases: number;
  readonly attack: (dice: Dice) => unknown;
}

const space = { id: 'fuzz', dimensions: 3 };

export const targets: readonly Target[] = [
  {
    name: 'states',
    cases: 200_000,
    attack(dice) {
      const router = Router.fromJSON(mutate(dice, stateOf(dice)));
      requireSameAgain(router);
      const { dimensions } = router.toJSON().embedding;
      requireDecision(router, router.route(vectorOf(dice, dimensions)));
      requireNumbers(router.prior());
    },
  },
  {
    name: 'record sets',
    cases: 50_000,
    async attack(dice) {
      const records = mutate(dice, recordsOf(dice)) as RoutingRecord[];
      const router = await fitRouter(records, space, { restarts: 2 });
      requireSameAgain(router);
      const named = new Set(records.flatMap(({ records, usages }) => Object.keys({ ...records, ...usages })));
      if (router.models.length !== named.size) throw new Error('broken invariant: no model is lost');
      requireDecision(router, router.route(vectorOf(dice, 3)));
    },
  },
  {
    name: 'fit options',
    cases: 20_000,
    async attack(dice) {
      const options = mutate(dice, fitOptionsOf(dice)) as FitOptions;
      if (asksForMuch(options, 'restarts')) return;
      const records = recordsOf(dice);
      const router = await fitRouter([...records, ...records], space, options);
      requireSameAgain(router);
      requireDecision(router, router.route(vectorOf(dice, 3)));
    },
  },
  {
    name: 'constraints',
    cases: 20_000,
    attack(dice) {
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const constraints = mutate(dice, constraintsOf(dice, state.models)) as RouteConstraints;
      const alpha = (dice.chance(0.1) ? hostileValue(dice) : dice.unit()) as number;
      const vector = vectorOf(dice, state.embedding.dimensions);
      dice.pick<() => void>([
        () => {
          requireDecision(router, router.route(vector, alpha, constraints));
        },
        () => {
          for (const decision of router.routeBatch([vector, vector], alpha, constraints))
            requireDecision(router, decision);
        },
        () => {
          requireNumbers(router.prior(alpha, constraints));
        },
        () => {
          requireNumbers(flipPoints(router, vector, constraints));
        },
      ])();
    },
  },
  {
    name: 'embeddings',
    cases: 20_000,
    attack(dice) {
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const vector = mutate(dice, vectorOf(dice, state.embedding.dimensions)) as number[];
      const many = mutate(dice, [vector, vector]) as number[][];
      dice.pick<() => void>([
        () => {
          requireDecision(router, router.route(vector));
        },
        () => {
          for (const decision of router.routeBatch(many)) requireDecision(router, decision);
        },
        () => {
          requireNumbers(flipPoints(router, vector));
        },
      ])();
    },
  },
  {
    name: 'texts and embedders',
    cases: 20_000,
    async attack(dice) {
      const state = plainState(dice);
      const { dimensions } = state.embedding;
      const answer = mutate(dice, [vectorOf(dice, dimensions)]) as number[][];
      const embed = () => Promise.resolve(answer);
      const embedder = mutate(dice, { id: 'fuzz', dimensions, maxBatchSize: 1, embed });
      const query = dice.chance(0.2) ? hostileValue(dice) : 'a text';
      const router = Router.fromJSON(state, embedder as never);
      requireDecision(router, await router.routeQuery(query as string));
    },
  },
  {
    name: 'targets',
    cases: 20_000,
    async attack(dice) {
      const state = plainState(dice);
      const router = Router.fromJSON(state);
      const traffic = dice.times(3, () => vectorOf(dice, state.embedding.dimensions));
      const curve = await tradeoffCurve(router, (dice.chance(0.2) ? mutate(dice, traffic) : traffic) as number[][]);
      requireNumbers(curve);
      const target = mutate(dice, targetOf(dice, state.models)) as { spend: number };
      requireNumbers(alphaFor((dice.chance(0.2) ? mutate(dice, curve) : curve) as typeof curve, target));
    },
  },
  {
    name: 'evaluations',
    cases: 10_000,
    async attack(dice) {
      const records = recordsOf(dice);
      const router = await fitRouter([...records, ...records], space, { restarts: 1 });
      const options = { resamples: 20, seed: 1, alpha: 0.5, constraints: constraintsOf(dice, router.models) };
      const held = dice.chance(0.5) ? mutate(dice, records) : records;
      const chosen = mutate(dice, Object.fromEntries(Object.entries(options).filter(() => dice.chance(0.5))));
      if (asksForMuch(chosen, 'resamples')) return;
      requireNumbers(await evaluateRouter(router, held as RoutingRecord[], chosen as object));
    },
  },
  ...embedderTargets,
  ...livingTargets,
  ...logTargets,
];
