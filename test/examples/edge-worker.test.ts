import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../examples/edge-worker/worker.ts', import.meta.url));

/** Here in Node, whose Request and Response are the same; `npm run test:runtimes` runs it in workerd. */
describe('the edge worker', () => {
  let folder: string;
  let bundle: string;
  let worker: { fetch(request: Request): Promise<Response> };
  const post = (body: string) => worker.fetch(new Request('http://worker/', { method: 'POST', body }));

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      conditions: ['workerd', 'worker', 'browser'],
    });
    bundle = outputFiles[0]!.text;
    folder = await mkdtemp(join(tmpdir(), 'edge-worker-'));
    const file = join(folder, 'worker.mjs');
    await writeFile(file, bundle);
    ({ default: worker } = (await import(pathToFileURL(file).href)) as { default: typeof worker });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is small, and holds no k-means', () => {
    expect(gzipSync(bundle).length).toBeLessThan(20_000);
    expect(bundle).not.toMatch(/ml-kmeans|kmeans\+\+|\bimport\(/);
  });

  it('routes', async () => {
    const response = await post(JSON.stringify({ embedding: [1, 0], alpha: 1 }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ model: 'large' });
  });

  it.each([
    ['{"embedding":[1]}', 'embedding: expected 2 dimensions, got 1'],
    ['{"embedding":[1,0],"alpha":7}', 'alpha: expected a number from 0 to 1, got 7'],
    ['{', 'JSON'],
  ])('answers %s with what is wrong', async (body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });
});
