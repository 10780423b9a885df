import { alphaChart, datasetsChart, escape, planeChart, sharesChart, shortAlpha, type Evaluated } from './charts.js';
import { summaryRows } from './summary.js';
import { percent } from '../figures.js';

/** One self-contained page: no script, no font, no network. */
export function htmlReport(evaluated: Evaluated, source: string, settings: string): string {
  const { evaluation } = evaluated;
  const { verdict, warnings, aiq, zeroRouterAiq, perfGain, costSave } = evaluation;
  const oneDigit = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
  const headlines = [
    [
      'AIQ',
      oneDigit(aiq),
      `area under the cost–accuracy hull; single models mixed at random reach ${oneDigit(zeroRouterAiq)}`,
    ],
    ['PerfGain', percent(perfGain), 'highest accuracy of any α over the best single model'],
    ['CostSave', percent(costSave), savingInWords(costSave)],
  ];
  const [head, ...rows] = summaryRows(evaluated);
  const cells = (row: readonly string[], tag: string): string =>
    row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What routing gains: ${escape(source)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>What routing gains</h1>
<p>${escape(source)}<br>${escape(settings)} · ${evaluation.queries.toLocaleString('en-US')} held-out queries</p>
</header>
<section class="verdict ${verdict?.answer ?? 'unclear'}"><p>${escape(verdict?.sentence ?? 'No verdict: too little was observed.')}</p></section>
<section class="headlines">${headlines.map(([name, value, meaning]) => `<div><b>${name}</b><strong>${value}</strong><span>${meaning}</span></div>`).join('')}</section>
<p class="note">AIQ, PerfGain and CostSave look at all α with hindsight; the verdict chooses α without looking at the outcomes.</p>
${warnings.map(({ message }) => `<p class="warning">${escape(message)}</p>`).join('\n')}
${figure('Cost and accuracy', 'Thick: the router at the α that are worth it; thin: at all α. Up and left is better.', planeChart(evaluated))}
${figure('Over α', `Dashed: the best single model, and α = ${shortAlpha(evaluated.alpha)}.`, alphaChart(evaluated))}
${figure('Who answers', `Share of the queries by model; the vertical line is α = ${shortAlpha(evaluated.alpha)}.`, sharesChart(evaluated))}
${figure('Dataset by dataset', 'The oracle picks a right answer wherever some model has one.', datasetsChart(evaluated))}
<section><h2>In numbers</h2><div class="scroll"><table><thead><tr>${cells(head!, 'th')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</tbody></table></div></section>
<footer><p>Made by <b>pareto-router</b>; method: Avengers-Pro, <a href="https://arxiv.org/abs/2508.12631">arXiv 2508.12631</a>.</p></footer>
</main>
</body>
</html>
`;
}

function savingInWords(costSave: number | null): string {
  if (costSave === null) return 'no α is as accurate as the best single model';
  if (costSave < 0) return 'as accurate as the best single model, but dearer at every such α';
  return "of the best single model's cost saved at its accuracy";
}

function figure(title: string, caption: string, chart: string): string {
  return `<figure><h2>${title}</h2><figcaption>${caption}</figcaption>${chart}</figure>`;
}

/** Okabe–Ito's colours, told apart by most colour-blind eyes; quieter in the dark. */
const style = `
:root { color-scheme: light dark; --background: #fff; --text: #1c2127; --muted: #5b6570; --rule: #c9d0d6; --panel: #f5f7f8;
  --router: #0072b2; --quiet: #7d8790; --oracle: #009e73; --expert: #d55e00;
  --share-0: #0072b2; --share-1: #e69f00; --share-2: #009e73; --share-3: #cc79a7; --share-4: #56b4e9;
  --share-5: #d55e00; --share-6: #8c8c00; --share-7: #8a6d3b; --share-8: #6a51a3; --share-9: #7d8790; }
@media (prefers-color-scheme: dark) { :root { --background: #14181c; --text: #e3e7ea; --muted: #9aa5ae; --rule: #3a434b;
  --panel: #1d2328; --router: #4cb0e6; --quiet: #98a3ac; --oracle: #2fc296; --expert: #f08a4b; --share-0: #3d8fc4;
  --share-1: #d99a1c; --share-2: #23a57f; --share-3: #c07fa5; --share-4: #7cc3ea; --share-5: #d9703a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; } h2 { font-size: 18px; margin: 0; }
header p, figcaption, .note, .headlines span, footer { color: var(--muted); font-size: 14px; }
header p { margin: 0; } figcaption { margin: 2px 0 8px; }
.verdict { margin: 24px 0; padding: 14px 18px; background: var(--panel); border-left: 5px solid var(--quiet); }
.verdict.pays { border-color: var(--oracle); } .verdict.does_not_pay { border-color: var(--expert); } .verdict p { margin: 0; }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 20px; }
.headlines div { display: flex; flex-direction: column; } .headlines strong { font-size: 26px; line-height: 1.2; }
.warning { border-left: 5px solid var(--expert); padding: 6px 14px; background: var(--panel); font-size: 14px; }
figure, section { margin: 36px 0 0; break-inside: avoid; } figure svg { width: 100%; height: auto; overflow: visible; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 4px 0 8px; font-size: 13px; }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--muted); font-weight: 600; }
a { color: var(--router); } footer { margin-top: 36px; }
@media print { :root { color-scheme: light; } main { max-width: none; padding: 0; } .scroll { overflow: visible; } body { font-size: 12px; } }
`;
