import { readFileSync } from 'node:fs';
import { count, dollars, percent, shortAlpha } from '../figures.js';
import { columns, comparison, footnote, sorting } from './comparison.js';
import { datasetsChart, datasetsLegend, hatching } from './datasets.js';
import { dialCharts } from './dial.js';
import { escape, glyph, sizes, type Size } from './drawing.js';
import { isMeasured, judgedPoint, stepsOf, thinned, type Evaluated } from './evaluated.js';
import { figuresOverAlpha, glossary, type Explained } from './glossary.js';
import { looksOf } from './looks.js';
import { planeChart } from './plane.js';
import { patternDefinitions, sharesChart, sharesLegend } from './shares.js';
import { gainChart, gainInWords, headline, sentenceOf } from './verdict.js';

const [palette, style, script] = ['palette.css', 'page.css', 'page.js'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);

/** One self-contained page: no font, no network; its script only adds what a pointer or the keyboard asks for. */
export function htmlReport(evaluated: Evaluated, source: string, settings: string): string {
  const { evaluation, alpha } = evaluated;
  const { verdict, warnings } = evaluation;
  const note = footnote(evaluated);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escape(`${headline(verdict)}: ${source}`)}</title>
<style>${palette}${style}</style>
</head>
<body>
${patternDefinitions(evaluated)}${hatching}
<main>
<header>
<p>${escape(source)} · ${count(evaluation.queries)} held-out queries<br>${escape(settings)}</p>
</header>
<section class="verdict ${verdict?.answer ?? 'unclear'}">
<h1>${headline(verdict)}</h1>
${verdict ? `<p>${escape(gainInWords(evaluation))}</p>${both((size) => gainChart(evaluation, size))}` : ''}
<p>${escape(sentenceOf(verdict))}</p>
</section>
${warnings.map(({ message }) => `<p class="warning">Warning: ${escape(message)}</p>`).join('\n')}
<div class="charts">
${planeFigure(evaluated)}
${figure(
  'Over α',
  'Dashed: the best single model. Point at a chart, or move with the arrow keys, to read any α.',
  both((size) => dialCharts(evaluated, size)),
  readout(evaluated),
)}
${figure(
  'Who answers',
  'Share of the queries by model, the cheapest at the bottom.',
  both((size) => sharesChart(evaluated, size)),
  readout(evaluated) + sharesLegend(evaluated),
)}
${figure(
  'Dataset by dataset',
  `The router at the judged α = ${shortAlpha(alpha)}. The oracle picks a right answer wherever some model has one.`,
  both((size) => datasetsChart(evaluated, size)),
  datasetsLegend(evaluated),
)}
</div>
<section class="terms"><h2>Over all α</h2>
<p class="note">These choose α with hindsight; the verdict chooses it without looking at the outcomes.</p>
${explained(figuresOverAlpha(evaluation))}</section>
<section class="numbers"><h2>In numbers</h2>
${table(evaluated)}
${note === null ? '' : `<p class="note">${escape(note)}</p>`}
${explained(glossary)}</section>
<footer><p>Made by <b>pareto-router</b>; method: Avengers-Pro, <a href="https://arxiv.org/abs/2508.12631">arXiv 2508.12631</a>.</p></footer>
</main>
<script type="application/json" id="steps">${stepsAsJson(evaluated)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function planeFigure(evaluated: Evaluated): string {
  const charts = both((size) => planeChart(evaluated, size));
  if (charts === '')
    return '<p class="note">No cost was observed, so there is nothing to trade, and no curve to draw.</p>';
  const entries = looksOf(evaluated.evaluation).map(
    (look) => `<li>${glyph(look)}${look.number} ${escape(look.name)}</li>`,
  );
  const judged = evaluated.evaluation.verdict?.at;
  const caption =
    'Thick: the router at the α that are worth it; thin: at all α. Dashed: single models mixed at random. Up and left is better. ' +
    'The bar through the judged point is the 95 % interval of its height above the dashed line.';
  const sentence = judged ? `<p class="note">${escape(judged.sentence)}</p>` : '';
  return figure('Cost and accuracy', caption, `${charts}<ul class="legend narrow">${entries.join('')}</ul>${sentence}`);
}

/** Nothing where there is no chart. */
function figure(title: string, caption: string, chart: string, legend = ''): string {
  if (chart === '') return '';
  return `<figure><h2>${title}</h2><figcaption>${escape(caption)}</figcaption>${legend}${chart}</figure>`;
}

/** A chart for wide and for narrow screens. */
function both(draw: (size: Size) => string): string {
  const drawn = sizes.map((size) => ({ size, svg: draw(size) }));
  if (drawn.every(({ svg }) => svg === '')) return '';
  return drawn.map(({ size, svg }) => `<div class="chart ${size.name}">${svg}</div>`).join('');
}

/** What is read at the judged α, until the script reads another. */
function readout(evaluated: Evaluated): string {
  const { accuracy, meanCost } = judgedPoint(evaluated);
  const cost = meanCost === null ? '' : ` · ${dollars(meanCost)} a query`;
  return `<p class="readout">α = ${shortAlpha(evaluated.alpha)} · accuracy ${percent(accuracy)}${cost}</p>`;
}

function table(evaluated: Evaluated): string {
  const head = ['held-out queries', ...columns].map((name) => `<th scope="col">${name}</th>`).join('');
  const bodies = comparison(evaluated).map(({ title, rows }) => {
    const lines = rows.map(({ name, cells, isJudged }) => {
      const label = isJudged ? `${name}, judged` : name;
      return (
        `<tr${isJudged ? ' class="judged"' : ''}><th scope="row" title="${escape(label)}">${escape(label)}</th>` +
        `${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`
      );
    });
    return `<tbody><tr><th scope="rowgroup" colspan="${columns.length + 1}">${title}</th></tr>${lines.join('')}</tbody>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table of all policies"><table><caption><span>${escape(sorting)}</span></caption><thead><tr>${head}</tr></thead>${bodies.join('')}</table></div>`;
}

function explained(terms: readonly Explained[]): string {
  const lines = terms.map(
    ({ term, value, meaning }) =>
      `<div><dt>${term}</dt>${value === undefined ? '' : `<dd class="value">${value}</dd>`}<dd class="meaning">${escape(meaning)}</dd></div>`,
  );
  return `<dl>${lines.join('')}</dl>`;
}

/** For the script: what holds from each α on. */
function stepsAsJson(evaluated: Evaluated): string {
  const models = looksOf(evaluated.evaluation).map(({ model }) => model);
  const exact = judgedPoint(evaluated);
  const steps = [...thinned(stepsOf(evaluated)).filter(({ alpha }) => alpha !== exact.alpha), exact]
    .sort((a, b) => a.alpha - b.alpha)
    .map((step) => ({
      alpha: step.alpha,
      accuracy: step.accuracy === null ? null : Number(step.accuracy.toFixed(5)),
      meanCost: step.meanCost === null ? null : Number(step.meanCost.toPrecision(5)),
      ...(isMeasured(step) ? { cost: dollars(step.meanCost) } : {}),
      shares: models.map((model) => Number((step.shares[model] ?? 0).toFixed(4))),
    }));
  return JSON.stringify({ start: evaluated.alpha, models, steps }).replaceAll('<', '\\u003c');
}
