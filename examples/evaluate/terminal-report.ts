import { columns, comparison, footnote, sorting } from '../report/comparison.js';
import type { Evaluated } from '../report/evaluated.js';
import { figuresOverAlpha, glossary, type Explained } from '../report/glossary.js';
import { gainBar, gainInWords, headline, sentenceOf } from '../report/verdict.js';
import { bold, lineWidth, plainTable, terminalWidth, wrapped } from '../terminal.js';

/** What `npm run evaluate` says. */
export function terminalReport(evaluated: Evaluated, source: string, settings: string): string {
  const { evaluation } = evaluated;
  const { verdict, warnings } = evaluation;
  const note = footnote(evaluated);
  const gain = verdict
    ? [wrapped(gainInWords(evaluation)), '', ...gainBar(verdict, Math.min(60, lineWidth())), '']
    : [];
  const parts = [
    `\n${wrapped(source)}\n${wrapped(settings)}`,
    [bold(headline(verdict)), ...gain, wrapped(sentenceOf(verdict))].join('\n'),
    ...(verdict?.at ? [wrapped(`The judged α: ${verdict.at.sentence}`)] : []),
    wrapped(sorting),
    [table(evaluated), ...(note === null ? [] : [wrapped(note)])].join('\n\n'),
    explained(figuresOverAlpha(evaluation)),
    explained(glossary),
    ...(warnings.length > 0 ? [warnings.map(({ message }) => wrapped(`Warning: ${message}`)).join('\n')] : []),
  ];
  return parts.join('\n\n');
}

/** Columns that do not fit are left out, the last ones first; then long names are cut. */
function table(evaluated: Evaluated): string {
  const groups = comparison(evaluated).map(({ title, rows }) =>
    rows.map(({ name, cells, isJudged }) => {
      const text = `${isJudged ? '▸ ' : '  '}${title === 'Router' ? 'router, ' : ''}${name}`;
      return { name: text, cells, isJudged };
    }),
  );
  const rows = groups.flat();
  const longest = Math.max(...rows.map(({ name }) => name.length));
  const widths = columns.map((column, i) => 2 + Math.max(column.length, ...rows.map(({ cells }) => cells[i]!.length)));
  const width = (shown: number): number => widths.slice(0, shown).reduce((sum, size) => sum + size, 4);
  let shown = columns.length;
  while (shown > 2 && width(shown) + longest > terminalWidth()) shown--;
  const room = Math.max(20, terminalWidth() - width(shown));

  const head = ['held-out queries', ...columns.slice(0, shown)];
  const drawn = plainTable(head, ['left', ...head.slice(1).map(() => 'right' as const)]);
  groups.forEach((group, i) => {
    if (i > 0) drawn.push(head.map(() => ''));
    for (const { name, cells, isJudged } of group) {
      const cut = name.length > room ? `${name.slice(0, room - 1)}…` : name;
      drawn.push([cut, ...cells.slice(0, shown)].map((cell) => (isJudged ? bold(cell) : cell)));
    }
  });
  return drawn.toString();
}

function explained(terms: readonly Explained[]): string {
  return terms
    .map(({ term, value, meaning }) => {
      const text = wrapped(`${term}${value === undefined ? '' : ` ${value}`}: ${meaning}`);
      return text.replace(term, bold(term));
    })
    .join('\n');
}
