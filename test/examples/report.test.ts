import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { parseHTML } from 'linkedom';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatedSample } from '../../examples/pictures/plane.js';
import { comparison, footnote } from '../../examples/report/comparison.js';
import { thinned, type Evaluated } from '../../examples/report/evaluated.js';
import { htmlReport } from '../../examples/report/html.js';
import { looksOf } from '../../examples/report/looks.js';
import { markdownReport } from '../../examples/report/markdown.js';
import { hullOfModels } from '../../examples/report/mixes.js';
import { gainBar, headline } from '../../examples/report/verdict.js';
import { evaluateRouter, fitRouter, type RouterEvaluation } from '../../src/index.js';
import { simulatedRecords } from '../support.js';

type Verdict = NonNullable<RouterEvaluation['verdict']>;
type Singles = RouterEvaluation['baselines']['models'];

let sample: Evaluated;
beforeAll(async () => {
  sample = await evaluatedSample();
});

/** The sample with other single models. */
function withModels(change: (models: Singles) => unknown): Evaluated {
  const { evaluation } = sample;
  const models = change(evaluation.baselines.models) as Singles;
  return { ...sample, evaluation: { ...evaluation, baselines: { ...evaluation.baselines, models } } };
}

describe('the report', () => {
  it('marks what is judged in the plane, wide and narrow, with its interval and its name', () => {
    const { document } = parseHTML(htmlReport(sample, 'source', 'settings'));
    for (const size of ['wide', 'narrow']) {
      const plane = document.querySelector(`.chart.${size} > svg[data-follows=plane]`)!;
      expect(plane.querySelectorAll('.judged-interval')).toHaveLength(1);
      const names = [...plane.querySelectorAll('.labels text')].map(({ textContent }) => textContent);
      expect(names.filter((name) => name.startsWith('judged: α = '))).toHaveLength(1);
      // Ten models, three yardsticks and the judged point tell what they are.
      const marks = [...plane.querySelectorAll('.mark[tabindex="0"]')];
      expect(marks.map((mark) => mark.getAttribute('aria-label'))).toHaveLength(14);
      expect(marks.every((mark) => mark.querySelector('title'))).toBe(true);
    }
  });

  it('has a table with scopes, sorted, with one judged row', () => {
    const { document } = parseHTML(htmlReport(sample, 'source', 'settings'));
    const table = document.querySelector('table')!;
    expect(table.querySelector('caption')!.textContent).toContain('from the most accurate down');
    expect([...table.querySelectorAll('th')].every((cell) => cell.hasAttribute('scope'))).toBe(true);
    const [router, models] = comparison(sample);
    expect(router!.rows.filter(({ isJudged }) => isJudged)).toHaveLength(1);
    const accuracies = models!.rows.map(({ cells }) => parseFloat(cells[0]!));
    expect(accuracies).toEqual([...accuracies].sort((a, b) => b - a));
  });

  it('stars a model that was measured on fewer queries, wherever it is named', () => {
    expect(footnote(sample)).toBeNull();
    const starred = withModels((models) =>
      models.map((single) => (single.model === 'gpt-4o-2024-08-06' ? { ...single, unobserved: 12 } : single)),
    );
    // 852 queries were held out.
    expect(footnote(starred)).toContain('gpt-4o-2024-08-06 on 840.');
    const { document } = parseHTML(htmlReport(starred, 'source', 'settings'));
    const named = (selector: string): (string | null)[] =>
      [...document.querySelectorAll(selector)]
        .map(({ textContent }) => textContent)
        .filter((text) => text.includes('gpt-4o-2024'));
    for (const selector of ['.labels text', '.legend li', 'tbody th']) {
      expect(named(selector).length, selector).toBeGreaterThan(0);
      expect(named(selector).every((text) => text!.includes('gpt-4o-2024-08-06*'))).toBe(true);
    }
    expect(markdownReport(starred, 'source', 'settings')).toContain('gpt-4o-2024-08-06\\*');
  });

  it('is made without costs, and without a curve', async () => {
    const records = simulatedRecords().map(({ usages: _, ...record }) => record);
    const router = await fitRouter(records, { id: 'support', dimensions: records[0]!.embedding!.length });
    const evaluation = await evaluateRouter(router, records, { alpha: 1, resamples: 50 });
    const html = htmlReport({ evaluation: evaluation, curve: null, alpha: 1 }, 'source', 'settings');
    expect(html).toContain('No cost was observed');
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it('tells thirty models apart by colour, shape and pattern', () => {
    const crowd = withModels((models) => Array.from({ length: 30 }, (_, i) => ({ ...models[0]!, model: `m${i}` })));
    const looks = looksOf(crowd.evaluation);
    const distinct = (of: (look: (typeof looks)[number]) => string): number => new Set(looks.map(of)).size;
    expect(distinct(({ colour, symbol, rotate }) => `${colour} ${symbol} ${rotate}`)).toBe(30);
    expect(distinct(({ colour, pattern }) => `${colour} ${pattern}`)).toBe(30);
    const firstTen = looks.slice(0, 10).map(({ symbol, rotate }) => `${symbol} ${rotate}`);
    expect(new Set(firstTen).size).toBe(10);
  });
});

describe('the parts of a report', () => {
  it('draws an interval in characters', () => {
    // From −1 to 3 points, and 0.48 more on both sides: 4.96 points are 31 columns. −1 is column 0.48 / 0.16 = 3, 0 is 9.25,
    // 1.2 is 16.75 and 3 is 28.
    const verdict = { gain: { estimate: 0.012, low: -0.01, high: 0.03 } } as Verdict;
    expect(gainBar(verdict, 32)).toEqual(['   ├─────┼───────●──────────┤', '         0']);
    // The interval begins at 0: the mark of 0 stays.
    const above = { gain: { estimate: 0.02, low: 0.01, high: 0.03 } } as Verdict;
    expect(gainBar(above, 32)[0]).toMatch(/^ +│ +├─+●─+┤$/);
  });

  it('has a headline for each answer', () => {
    const answers = ['pays', 'does_not_pay', 'unclear'].map((answer) => headline({ answer } as Verdict));
    expect(answers).toEqual(['Routing pays', 'Routing does not pay', 'Unclear']);
    expect(headline(null)).toBe('No verdict');
  });

  it('mixes on the hull of the single models', () => {
    // From (1, .2) to (3, .6) the slope is .2; (2, .3) lies under that line and (4, .5) is dearer and worse.
    const places = [
      [1, 0.2],
      [2, 0.3],
      [3, 0.6],
      [4, 0.5],
      [5, 0.7],
    ];
    const models = places.map(([meanCost, accuracy], i) => ({ model: `m${i}`, meanCost, accuracy }));
    const evaluation = { baselines: { models } } as unknown as RouterEvaluation;
    expect(hullOfModels(evaluation).map(({ meanCost }) => meanCost)).toEqual([1, 3, 5]);
  });

  it('keeps of many steps what holds at thousandths', () => {
    const step = (alpha: number) => ({ alpha, accuracy: alpha, meanCost: null, shares: {} });
    const shown = thinned([0, 0.0001, 0.0004, 0.001, 0.0015, 1].map(step));
    // At .001 what begins there holds; what began at .0015 is first seen at .002.
    expect(shown.map(({ alpha, accuracy }) => [alpha, accuracy])).toEqual([
      [0, 0],
      [0.001, 0.001],
      [0.002, 0.0015],
      [1, 1],
    ]);
  });
});

describe.runIf(existsSync('/usr/bin/chromium'))('the page in a browser', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    await writeFile(join(folder, 'report.html'), htmlReport(sample, 'source', 'settings'));
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    await page.goto(`file://${join(folder, 'report.html')}`);
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([320, 390, 641, 800, 1280, 2560])('has readable text in free places at %i px', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    const { smallest, overlaps, scrolls } = await page.evaluate<LookedAround>(lookAround);
    expect(smallest).toBeGreaterThanOrEqual(11);
    expect(overlaps).toEqual([]);
    expect(scrolls).toBe(false);
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds wrong, in the %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const violations = await page.evaluate<string[]>(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
    );
    expect(violations).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('keeps the names in sight when the table is scrolled on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    const scroll = page.locator('.scroll');
    await scroll.evaluate((element) => {
      element.scrollLeft = 1000;
    });
    const [table, name] = [(await scroll.boundingBox())!, (await page.locator('tr.judged > th').boundingBox())!];
    expect(name.x).toBe(table.x);
    expect(name.width).toBeGreaterThan(140);
    const cell = (await page.locator('tr.judged > td').last().boundingBox())!;
    expect(cell.x + cell.width).toBeLessThanOrEqual(table.x + table.width + 1);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('reads any α by keyboard and pointer, in all charts', async () => {
    const readout = page.locator('.readout').first();
    const slider = page.locator('.chart.wide [role=slider]').first();
    await slider.focus();
    await page.keyboard.press('Home');
    // At α = 0 everything goes to the cheapest model.
    const cheapest = sample.evaluation.baselines.models.find(({ model }) => model === 'gemma-2-2b-it')!;
    const cost = Number(/\$([\d.]+) a query$/.exec((await readout.textContent())!)![1]);
    expect(cost / cheapest.meanCost!).toBeCloseTo(1, 2);
    expect(await page.locator('[data-share="gemma-2-2b-it"]').textContent()).toBe('100.0 %');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuenow')).toBe('0.010');
    await slider.hover();
    expect(Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(0.4);
  });

  it('says what a point is when it has the focus', async () => {
    const mark = page.locator('.chart.wide .mark[aria-label^="oracle: "]').first();
    await mark.focus();
    expect(await page.locator('#tip').textContent()).toMatch(/^oracle: accuracy 92\.3 %, \$/);
    await page.keyboard.press('Escape');
    expect(await page.locator('#tip').isHidden()).toBe(true);
  });
});

interface LookedAround {
  smallest: number;
  overlaps: string[];
  scrolls: boolean;
}

/** In the browser: text sizes and labels on each other, of the charts that are shown. */
const lookAround = `(() => {
  const texts = [...document.querySelectorAll('.chart text')].filter((text) => text.getBoundingClientRect().width > 0);
  const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a);
  const overlaps = [...document.querySelectorAll('.labels')].flatMap((group) => {
    const boxes = [...group.querySelectorAll('text')].map((text) => ({ name: text.textContent, ...text.getBoundingClientRect().toJSON() }));
    return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) =>
      a.width > 0 && a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom ? [a.name + ' on ' + b.name] : []));
  });
  return { smallest: Math.min(...sizes), overlaps, scrolls: document.documentElement.scrollWidth > innerWidth };
})()`;
