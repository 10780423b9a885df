import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { fitRouter, hashingEmbedder, Router, splitRecords, type RoutingRecord } from 'pareto-router';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { executablePath, openSite, type Site } from './site.js';

if (!executablePath) console.log('The tests of the playground were skipped: no Chromium on this machine.');

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Two models on two kinds of query: `large` is always right at USD 0.01, `small` on sums only, at USD 0.001 in 100 + 200 tokens. */
const records: RoutingRecord[] = Array.from({ length: 80 }, (_, i) => ({
  query: i % 2 ? `Write a poem about the sea, number ${i}` : `Add ${i} and ${i + 1}`,
  dataset: i % 2 ? 'poems' : 'sums',
  records: { large: 1, small: i % 2 ? 0 : 1 },
  usages: { large: { cost: 0.01 }, small: { cost: 0.001, input_tokens: 100, output_tokens: 200 } },
}));
const jsonl = (some: readonly unknown[]): string => some.map((record) => JSON.stringify(record)).join('\n');
const file = (name: string, text: string) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(text),
});

describe.skipIf(!executablePath)('the playground', { timeout: 90_000 }, () => {
  let site: Site;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  beforeEach(async () => {
    page = await site.browser.newPage({ viewport: { width: 1280, height: 900 } });
    complaints = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(site.url);
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).innerText()).replace(/\s+/g, ' ');
  /** Waits for a text. */
  const shows = (selector: string, hasText: string) => page.locator(selector, { hasText }).waitFor();
  const opened = (title: string) => shows('#opened', title);
  const judged = () => page.waitForSelector('#verdict:not([data-answer="none"])');
  const openSample = async (): Promise<void> => {
    await page.click('#open-sample');
    await judged();
  };
  const openFiles = (...files: ReturnType<typeof file>[]) => page.setInputFiles('#open-files', files);

  it('is light: what it loads before anything is opened, and when that answers', async () => {
    const index = await readFile(new URL('index.html', site.folder), 'utf8');
    const linked = [...index.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => path!);
    const files = await Promise.all(['index.html', ...linked].map((path) => readFile(new URL(path, site.folder))));
    const bytes = files.reduce((sum, content) => sum + gzipSync(content).length, 0);
    expect(linked).toHaveLength(2);
    const [navigation] = await page.evaluate(() =>
      performance
        .getEntriesByType('navigation')
        .map((entry) => (entry as PerformanceNavigationTiming).domContentLoadedEventEnd),
    );
    console.log(
      `The page: ${(bytes / 1000).toFixed(0)} kB (gzip), its buttons answer after ${navigation!.toFixed(0)} ms`,
    );
    expect(bytes).toBeLessThan(110_000);
  });

  it('loads the sample, judges it as the README has it, and moves every figure with the dial', async () => {
    await openSample();
    expect(await text('#verdict-title')).toBe('Routing pays');
    expect(await text('#sentence')).toContain('At equal cost it is 2.4 points (1.2 to 3.6) more accurate');
    const seen = new Set<string>();
    for (const position of [0, 50, 100]) {
      await page.locator('#spend').fill(String(position));
      seen.add(`${await text('#dial-figures')} | ${await text('#point')} | ${await text('#shares')}`);
      expect(await page.locator('#spend').getAttribute('aria-valuetext')).toContain(`${position} % of the way`);
    }
    expect(seen.size).toBe(3);
    await page.locator('#spend').fill('0');
    // At the least spend the cheapest model takes everything.
    expect(await text('#point')).toContain('27.0 %');
    const least = await text('#dial-figures');
    await page.focus('#spend');
    await page.keyboard.press('PageUp');
    expect(await text('#dial-figures')).not.toBe(least);
  });

  it('takes a step of the dial in less than a frame of 16 ms', async () => {
    await openSample();
    await page.fill('#query', 'crux/17');
    await page.press('#query', 'Enter');
    await page.waitForSelector('#decision:not([hidden])');
    // Time on the processor, so that other work on the machine does not count.
    const profiler = await page.context().newCDPSession(page);
    await profiler.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taken = async (): Promise<number> => {
      const { metrics } = await profiler.send('Performance.getMetrics');
      return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
    };
    const before = await taken();
    await page.evaluate(() => {
      const dial = document.querySelector<HTMLInputElement>('#spend')!;
      for (let position = 0; position <= 100; position++) {
        dial.valueAsNumber = position;
        dial.dispatchEvent(new Event('input'));
        // Lays the page out.
        document.body.getBoundingClientRect();
      }
    });
    const step = ((await taken()) - before) / 101;
    console.log(`A step of the dial on the sample: ${step.toFixed(1)} ms, mean of 101`);
    expect(step).toBeLessThan(16);
  });

  it('routes a query: ranking, near clusters, flips and words', async () => {
    await openSample();
    await page.fill('#query', 'crux/17');
    await page.press('#query', 'Enter');
    await page.waitForSelector('#decision:not([hidden])');
    expect(await text('#decision .explanation')).toMatch(/^Chose "/);
    expect(await page.locator('#decision table tbody tr').count()).toBe(10);
    expect(await page.locator('.flip-list li').first().innerText()).toMatch(/α 0 to /);
    expect(await page.locator('#decision button').allInnerTexts()).toHaveLength(3);
    await page.fill('#query', 'What is the capital of Peru?');
    await page.press('#query', 'Enter');
    await page.locator('#query-error:not(:empty)').waitFor();
    expect(await text('#query-error')).toContain('a model that is not in this page');
    await page.fill('#query', '[1, 2]');
    await page.press('#query', 'Enter');
    await shows('#query-error', 'embedding: expected 384 dimensions, got 2');
  });

  it('fits records of your own that are dropped, and routes any text', async () => {
    const dropped = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'own.jsonl'));
      return transfer;
    }, jsonl(records));
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await opened('own.jsonl: 80 queries');
    expect(await text('#opened')).toContain('56 to fit, 24 held out');
    await page.fill('#query', 'Add 1000 and 7');
    await page.press('#query', 'Enter');
    await page.waitForSelector('#decision:not([hidden])');
    expect(await page.locator('#decision tbody tr').count()).toBe(2);
  });

  it('opens a second file while the first is being judged', async () => {
    await page.click('#open-sample');
    await opened('zeroeval-10');
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    await judged();
    expect(await text('#verdict-title')).toContain('small sample of 24 queries');
  });

  it('routes any text on the simulated sample', async () => {
    await page.click('#open-simulated');
    await opened('Simulated: 2,603 queries');
    await page.fill('#query', 'Prove that the square root of 2 is irrational.');
    await page.press('#query', 'Enter');
    await page.waitForSelector('#decision:not([hidden])');
    expect(await text('#decision')).toContain('A query that nobody measured.');
  });

  it('takes records without costs: α is 1, and there is no curve', async () => {
    await openFiles(file('free.jsonl', jsonl(records.map(({ usages: _, ...record }) => record))));
    await opened('free.jsonl');
    expect(await text('#plane-note')).toBe('No costs are known, so there is nothing to trade: α is 1.');
    expect(await text('#dial-figures')).toBe('α 1');
    expect(await page.locator('#spend').isDisabled()).toBe(true);
    await judged();
    expect(await text('#models')).toContain('small 50.0 %');
  });

  it('refuses to compare with a router of another vector space', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    const other = await fitRouter(
      records.map((record, i) => ({ ...record, embedding: [1, i] })),
      { id: 'plane', dimensions: 2 },
    );
    await page.setInputFiles('#open-other', file('other.json', JSON.stringify(other)));
    await shows('#error p', 'expected the vector space of a');
    expect(await page.locator('.curve.other').count()).toBe(0);
  });

  it('names the line of a broken file, and keeps what was open', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    const broken = [...records.slice(0, 3), { ...records[3]!, records: { large: 71 } }];
    await openFiles(file('broken.jsonl', jsonl(broken)));
    const message = 'broken.jsonl, line 4, records.large: expected a score in [0, 1], a boolean or null, got 71';
    await page.locator('#error p:not(:empty)').waitFor();
    expect(await text('#error p')).toBe(message);
    expect(await text('#opened')).toContain('own.jsonl');
    await openFiles(file('broken.jsonl', '{"query": "a"'));
    await shows('#error p', 'line 1');
    expect(await text('#error p')).toBe(
      'broken.jsonl, line 1: expected one JSON object a line, got "{\\"query\\": \\"a\\""',
    );
    await page.click('#error button');
    expect(await page.locator('#error').isVisible()).toBe(false);
  });

  it('downloads the router, which loads again, alone and with records to judge by', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
    const saved = await readFile(await download.path(), 'utf8');
    const { train } = splitRecords(records);
    const direct = await fitRouter(train, hashingEmbedder());
    expect(Router.fromJSON(JSON.parse(saved)).fingerprint).toBe(direct.fingerprint);

    await openFiles(file('router.json', saved));
    await opened('router.json: a saved router');
    expect(await text('#plane-note')).toContain('Expected by the router itself');
    await openFiles(file('router.json', saved), file('own.jsonl', jsonl(records)));
    await opened('router.json, judged by own.jsonl');
    expect(await text('#plane-note')).toContain('80 held-out queries');
  });

  it('cancels a fit, and keeps what was open', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    await page.click('#open-sample');
    await shows('#status', 'Clustering');
    await page.click('#cancel');
    expect(await text('#status')).toBe('Cancelled.');
    expect(await text('#opened')).toContain('own.jsonl');
    // That of the fit is gone: Chromium gives it two seconds.
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(1);
  });

  it('takes models out and changes prices, and the curve moves; compares with the router kept', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    await page.click('#keep');
    await shows('#comparison', 'No query changes its model');
    const before = await page.locator('.curve.frontier').getAttribute('d');
    await page.locator('#models input[type=number]').nth(0).fill('10');
    await page.locator('#models input[type=number]').nth(1).fill('20');
    await page.locator('#models input[type=number]').nth(1).press('Tab');
    // (100 · 10 + 200 · 20) / 10⁶
    await shows('#models', '0.00500');
    expect(await page.locator('.curve.frontier').getAttribute('d')).not.toBe(before);
    await page.getByLabel('small', { exact: true }).uncheck();
    await page.locator('#plane .dot').nth(1).waitFor({ state: 'detached' });
    await shows('#comparison', 'change their model');
    await page.click('#reset');
    await page.locator('#plane .dot').nth(1).waitFor();
  });

  it('learns a new model from more records', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    const more = records.map(({ query }) => ({ query, records: { middle: 1 }, usages: { middle: { cost: 0.005 } } }));
    await page.setInputFiles('#add-records', file('more.jsonl', jsonl(more)));
    await opened('more.jsonl brought 56 records to learn from and 24 to judge by');
    expect(await text('#models')).toContain('middle 100.0 % 0.00500');
  });

  it('lets nothing out, neither the page nor its worker', async () => {
    await openFiles(file('own.jsonl', jsonl(records)));
    await opened('own.jsonl');
    const attempt = (url: string): Promise<string> =>
      fetch(url).then(
        () => 'went out',
        (error: unknown) => (error as Error).message,
      );
    expect(await page.evaluate(attempt, site.url)).toBe('Failed to fetch');
    expect(await page.workers()[0]!.evaluate(attempt, site.url)).toBe('Failed to fetch');
    expect(complaints.splice(0).join()).toContain('Content Security Policy');
  });

  it.each(['light', 'dark'] as const)('has nothing serious for axe, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await openSample();
    await page.fill('#query', 'crux/17');
    await page.press('#query', 'Enter');
    await page.waitForSelector('#decision:not([hidden])');
    await page.click('#keep');
    await shows('#comparison', 'No query changes its model');
    // What is out of sight is not drawn, and not looked at.
    await page.setViewportSize({ width: 1280, height: 6000 });
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it.each([390, 1280, 2560])('needs no scrolling to the side at %d px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await openSample();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
});
