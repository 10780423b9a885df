import { columns, comparison, footnote, sorting } from './comparison.js';
import type { Evaluated } from './evaluated.js';
import { figuresOverAlpha, glossary, type Explained } from './glossary.js';
import { gainBar, gainInWords, headline, sentenceOf } from './verdict.js';

/** The report as a Markdown document. */
export function markdownReport(evaluated: Evaluated, source: string, settings: string): string {
  const { evaluation } = evaluated;
  const { verdict, warnings } = evaluation;
  const note = footnote(evaluated);
  const bar = verdict ? ['```', ...gainBar(verdict, 60), '```'].join('\n') : '';
  return [
    `# ${headline(verdict)}`,
    `${source}. ${settings}; ${evaluation.queries} held-out queries.`,
    gainInWords(evaluation),
    bar,
    sentenceOf(verdict),
    verdict?.at ? `At the judged α: ${verdict.at.sentence}` : '',
    warnings.map(({ message }) => `- Warning: ${message}`).join('\n'),
    '## Over all α',
    explained(figuresOverAlpha(evaluation)),
    '## In numbers',
    sorting,
    table(evaluated),
    note === null ? '' : note.replace('*', '\\*'),
    explained(glossary),
    '',
  ]
    .filter((part, i, all) => part !== '' || i === all.length - 1)
    .join('\n\n');
}

function table(evaluated: Evaluated): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rows = comparison(evaluated).flatMap(({ title, rows }) =>
    rows.map(({ name, cells, isJudged }) => {
      const texts = [`${title === 'Router' ? 'router, ' : ''}${name.replaceAll('*', '\\*')}`, ...cells];
      return line(isJudged ? texts.map((text) => `**${text}**`) : texts);
    }),
  );
  return [line(['held-out queries', ...columns]), line(['---', ...columns.map(() => '--:')]), ...rows].join('\n');
}

function explained(terms: readonly Explained[]): string {
  return terms
    .map(({ term, value, meaning }) => `- **${term}**${value === undefined ? '' : ` ${value}`}: ${meaning}`)
    .join('\n');
}
