import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fitRouter, hashingEmbedder, type FitProgress, type RoutingRecord } from 'pareto-router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitInWorker } from '../../examples/worker-fit/fit.js';

const options = { clusters: 40, restarts: 4 };
const records: RoutingRecord[] = Array.from({ length: 1500 }, (_, i) => ({
  query: `topic${i % 40} word${(i * 7) % 300} word${(i * 13) % 300} number ${i}`,
  records: { large: 1, small: i % 3 === 0 },
  usages: { large: { cost: 0.01 }, small: { cost: 0.001 } },
}));

/** The longest time, in milliseconds, in which this thread answered nothing. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  // The monitor's own timer has to come round once more to notice what just ended.
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  return delay.max / 1e6;
}

describe('the worker-thread recipe', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'worker-fit-'));
    file = join(folder, 'records.jsonl');
    await writeFile(file, records.map((record) => JSON.stringify(record)).join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives the router of a fit on this thread, with progress, and leaves the event loop free', async () => {
    const stages = new Set<FitProgress['stage']>();
    let fitted = '';
    let sent = '';
    const here = await longestStall(async () => {
      fitted = JSON.stringify(await fitRouter(records, hashingEmbedder(), options));
    });
    const there = await longestStall(async () => {
      const onProgress = ({ stage }: FitProgress) => stages.add(stage);
      sent = JSON.stringify(await fitInWorker({ records: file, options }, hashingEmbedder(), { onProgress }));
    });
    expect(sent).toBe(fitted);
    expect([...stages]).toEqual(['read', 'embed', 'cluster', 'profile']);
    console.log(`longest stall: ${here.toFixed(0)} ms with the fit on this thread, ${there.toFixed(0)} ms beside it`);
    expect(there).toBeLessThan(here / 2);
  });

  it('ends the thread when aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const fit = fitInWorker({ records: file, options }, hashingEmbedder(), {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(reason);
      },
    });
    await expect(fit).rejects.toBe(reason);
  });

  it('throws what the fit throws', async () => {
    const fit = fitInWorker({ records: file, options: { clusters: 1000 } }, hashingEmbedder());
    await expect(fit).rejects.toThrow('options.clusters');
    await expect(fitInWorker({ records: join(folder, 'none') }, hashingEmbedder())).rejects.toThrow('ENOENT');
  });
});
