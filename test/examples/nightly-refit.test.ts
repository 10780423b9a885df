import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitRouter, Router, type RoutingRecord } from 'pareto-router';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renewFolder, type Renewal } from '../../examples/nightly-refit/refit.js';

/** A text such as `topic 2 number 17` lies near the axis of its topic, wherever its number puts it. */
const embedder = {
  id: 'topics',
  dimensions: 8,
  embed: (texts: readonly string[]) =>
    Promise.resolve(
      texts.map((text) => {
        const [topic = 3, number = text.length] = (text.match(/\d+/g) ?? []).map(Number);
        return Array.from({ length: 8 }, (_, at) => 4 * Number(at === topic) + Math.sin(number * (at + 1)));
      }),
    ),
};

type Outcome = readonly [score: number, cost: number];

/** Queries of some topics in turn; `small` is as good as `large` on all topics but 2, at a tenth of the cost. */
function recordsOf(
  topics: readonly number[],
  from: number,
  count: number,
  outcomes: (topic: number, i: number) => { large: Outcome; small: Outcome } = (topic, i) => ({
    large: [Number(i % 10 > 0), 0.01],
    small: [Number(topic !== 2 ? i % 10 > 0 : i % 4 === 0), 0.001],
  }),
): RoutingRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const topic = topics[i % topics.length]!;
    const { large, small } = outcomes(topic, from + i);
    return {
      query: `topic ${topic} number ${from + i}`,
      records: { large: large[0], small: small[0] },
      usages: { large: { cost: large[1] }, small: { cost: small[1] } },
    };
  });
}

describe('the nightly refit', () => {
  let folder: string;
  let before: string;
  const log = recordsOf([0, 1, 2], 0, 300);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nightly-refit-'));
  });
  beforeEach(async () => {
    before = JSON.stringify(await fitRouter(log, embedder));
    await writeFile(join(folder, 'router.json'), before);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function night(records: readonly RoutingRecord[]): Promise<Renewal & { published: string }> {
    const jsonl = (some: readonly RoutingRecord[]): string => some.map((record) => JSON.stringify(record)).join('\n');
    await writeFile(join(folder, 'log.jsonl'), jsonl(log));
    await writeFile(join(folder, 'night.jsonl'), jsonl(records));
    const renewal = await renewFolder(folder, embedder);
    return { ...renewal, published: await readFile(join(folder, 'router.json'), 'utf8') };
  }

  it('adds evidence on the same clusters while traffic is the same', async () => {
    const { way, objections, published, router } = await night(recordsOf([0, 1, 2], 300, 120));
    expect([way, objections]).toEqual(['withRecords', []]);
    expect(published).toBe(JSON.stringify(router));
    const sizes = Router.fromJSON(JSON.parse(published)).toJSON().clusters.size;
    // 70 % of 120 beside the 300 of the log.
    expect(sizes.reduce((a, b) => a + b)).toBe(384);
  });

  it('makes new clusters when another kind of queries comes', async () => {
    const { way, objections, published } = await night(recordsOf([0, 1, 2, 5, 6], 300, 150));
    expect([way, objections]).toEqual(['refit', []]);
    const centroidsOf = (text: string): string => (JSON.parse(text) as { centroids: string }).centroids;
    expect(centroidsOf(published)).not.toBe(centroidsOf(before));
  });

  it('keeps the old router when the grader broke, and says what would change', async () => {
    const broken = recordsOf([0, 1, 2], 300, 1200, () => ({ large: [1, 0.01], small: [0, 0.001] }));
    const { objections, published } = await night(broken);
    // Where one model is always right nothing can be gained either.
    expect(objections).toEqual([
      expect.stringMatching(/^routing does not pay: /),
      expect.stringMatching(/^\d+ % of the decisions change$/),
      expect.stringMatching(/^the expected cost rises to \d\.\d\d times what it was$/),
    ]);
    expect(published).toBe(before);
  });

  it('keeps the old router when routing no longer pays', async () => {
    const same = recordsOf([0, 1, 2], 300, 300, (_, i) => ({
      large: [Number(i % 7 > 0), 0.01],
      small: [Number(i % 7 > 0), 0.0001],
    }));
    const { objections, published } = await night(same);
    expect(objections[0]).toMatch(/^routing does not pay: /);
    expect(published).toBe(before);
  });
});
