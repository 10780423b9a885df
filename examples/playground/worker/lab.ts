/** What the worker holds and does: evidence, the router fitted on it, its revision, and another router to compare with. */
import { compareRouters, evaluateRouter, fitRouter, Router, splitRecords, type TokenPrice } from 'pareto-router';
import { byLine } from '../../records-file.js';
import { centroidsOf } from '../../centroids.js';
import { embedderOf } from '../spaces.js';
import { count, counted } from '../../figures.js';
import { embedRecords, isEmbedded, type Embedded } from './embed.js';
import { readEvidence, readRouter, type Evidence } from './evidence.js';
import { readLog } from './files.js';
import { membersOf } from './members.js';
import { drawPlane } from './plane.js';
import type { FittedModel, KnownQuery, Lab, Opened, Progress, Revised, Revision } from './protocol.js';
import { reprice } from './reprice.js';

export function createLab(report: (progress: Progress) => void): Lab {
  let evidence: Evidence;
  /** As fitted, loaded, or enriched. */
  let fitted: Router;
  /** As the revision has it. */
  let router: Router;
  let prices: Readonly<Record<string, TokenPrice>> = {};
  let other: Router | undefined;

  const known = new Map<string, { readonly record: Embedded; readonly heldOut: boolean }>();

  /** Held-out records at the prices of the revision; where there are none, the cluster centres, as often as they have records. */
  function traffic(): readonly Embedded[] | readonly ArrayLike<number>[] {
    if (evidence.test.length > 0) return reprice(evidence.test, prices);
    const state = router.toJSON();
    const { size } = state.clusters;
    const largest = Math.max(1, ...size);
    return centroidsOf(state).flatMap((centroid, i) => Array<Float32Array>(copiesOf(size[i]!, largest)).fill(centroid));
  }

  function embeddings(): readonly ArrayLike<number>[] {
    return traffic().map((query) => ('embedding' in query ? query.embedding : query));
  }

  async function show(): Promise<Revised> {
    return { state: router.toJSON(), plane: await drawPlane(router, traffic(), report) };
  }

  function remember(): Opened {
    known.clear();
    for (const record of evidence.train) known.set(record.query, { record, heldOut: false });
    for (const record of evidence.test) known.set(record.query, { record, heldOut: true });
    return {
      title: evidence.title,
      notes: evidence.notes,
      queries: [...known.keys()],
      heldOut: [...known.values()].filter(({ heldOut }) => heldOut).length,
      canEmbed: embedderOf(fitted.toJSON().embedding) !== undefined,
      models: modelsOf(fitted),
      members: evidence.train.length > 0 ? membersOf(fitted, evidence.train) : null,
    };
  }

  function revise(revision: Revision): void {
    const { removed } = revision;
    const kept = removed.length > 0 ? fitted.withoutModels(removed) : fitted;
    const own = Object.entries(revision.prices).filter(([model]) => kept.models.includes(model));
    prices = Object.fromEntries(own);
    router = own.length > 0 ? kept.withPrices(prices) : kept;
  }

  return {
    async open(source) {
      evidence = await readEvidence(source, report);
      const { train, embedder, prices: given, naming } = evidence;
      fitted =
        evidence.router ??
        (await naming(train, () => fitRouter(train, embedder!, { prices: given, onProgress: report })));
      router = fitted;
      return { ...remember(), ...(await naming(evidence.test, show)) };
    },

    async add(file, revision) {
      const log = await readLog(file);
      // Nothing is split: this checks the records, by their places.
      await byLine(log, log.records, () => splitRecords(log.records));
      const held = new Map(evidence.test.map((record) => [record.query, record]));
      const missing = log.records.filter(({ embedding }) => embedding == null);
      for (const record of missing) {
        const embedding = known.get(record.query)?.record.embedding;
        if (embedding) Object.assign(record, { embedding });
      }
      const embedder = embedderOf(fitted.toJSON().embedding);
      const unknown = missing.filter(({ embedding }) => embedding == null);
      if (embedder) await embedRecords(unknown, embedder, report);
      const learnt = log.records.filter(({ query }) => !held.has(query));
      if (learnt.length === 0) throw new Error(`${file.name}: expected a query that is not held out, got none`);
      fitted = await byLine(log, learnt, () => fitted.withRecords(learnt));

      for (const { query, records, usages } of log.records) {
        const old = held.get(query);
        if (!old) continue;
        held.set(query, { ...old, records: { ...old.records, ...records }, usages: { ...old.usages, ...usages } });
      }
      const measured = log.records.length - learnt.length;
      evidence = {
        ...evidence,
        train: [...evidence.train, ...learnt.filter(isEmbedded)],
        test: evidence.test.map(({ query }) => held.get(query)!),
        notes: [
          ...evidence.notes,
          `${file.name} brought ${counted(learnt.length, 'record')} to learn from and ${count(measured)} to judge by.`,
        ],
      };
      revise(revision);
      return { ...remember(), ...(await show()) };
    },

    async revise(revision) {
      revise(revision);
      return show();
    },

    async judge() {
      if (evidence.test.length === 0) return null;
      const held = reprice(evidence.test, prices);
      const evaluation = await evaluateRouter(router, held, {
        alphas: [],
        onProgress: ({ completed, total }) => {
          report({ stage: 'evaluate', completed, total });
        },
      });
      const { verdict, warnings, aiq, zeroRouterAiq, perfGain, costSave, baselines } = evaluation;
      return {
        verdict,
        warnings,
        aiq,
        zeroRouterAiq,
        perfGain,
        costSave,
        oracle: baselines.oracle.accuracy,
        models: baselines.models,
      };
    },

    find(query) {
      const found = known.get(query);
      return Promise.resolve(found ? describeQuery(found.record, found.heldOut, prices) : null);
    },

    async oppose(opponent) {
      const candidate = opponent instanceof File ? await readRouter(opponent) : Router.fromJSON(opponent);
      // Refuses another vector space before anything is drawn.
      compareRouters(router, candidate, embeddings().slice(0, 1));
      other = candidate;
      return drawPlane(other, traffic(), report);
    },

    compare(alpha) {
      if (!other) throw new Error('Compare: expected another router, got none');
      return Promise.resolve(compareRouters(router, other, embeddings(), { alpha }));
    },
  };
}

function modelsOf(router: Router): FittedModel[] {
  const { cells, prices } = router.toJSON();
  return router.models.map((model, i) => ({
    model,
    price: prices?.[model] ?? null,
    hasTokens: cells.tokenCount?.some((tokens, cell) => cell % router.models.length === i && tokens > 0) ?? false,
  }));
}

/** A centre stands for its records, ten times at the most. */
function copiesOf(size: number, largest: number): number {
  return Math.ceil((10 * size) / largest);
}

function describeQuery(record: Embedded, heldOut: boolean, prices: Readonly<Record<string, TokenPrice>>): KnownQuery {
  const [{ records, usages, dataset, embedding }] = reprice([record], prices) as [Embedded];
  const scores: Record<string, number> = {};
  const costs: Record<string, number> = {};
  for (const [model, score] of Object.entries(records)) if (score != null) scores[model] = Number(score);
  for (const [model, usage] of Object.entries(usages ?? {})) if (usage?.cost != null) costs[model] = usage.cost;
  return { embedding, dataset: dataset ?? null, heldOut, scores, costs };
}
