import { flipPoints, type RouteDecision } from 'pareto-router';
import { byId, figure, html, row, svg, tableHead } from '../drawing/elements.js';
import { latest } from '../latest.js';
import type { Asked, Session } from '../session.js';
import { fixed, percent, shortAlpha, usd } from '../../figures.js';

/** How many names are offered at a time. */
const offered = 50;

/** Routes one query: where it goes, why, and at which α that would change. */
export function queryPanel(session: Session): void {
  const input = byId('query', 'input');
  const problem = byId('query-error');
  const decision = byId('decision');

  const ask = latest(async (text: string) => {
    problem.textContent = '';
    if (text === '') {
      session.asked.set(null);
      return;
    }
    try {
      await session.ask(text);
      show();
    } catch (error) {
      session.asked.set(null);
      problem.textContent = (error as Error).message;
    }
  });
  const show = (): void => {
    const asked = session.asked.get();
    decision.hidden = asked === null || !session.shown.get();
    if (!decision.hidden) decision.replaceChildren(...describe(session, asked!));
  };
  input.addEventListener('input', () => {
    offerNames(session, input.value);
  });
  // A name that is half typed is no query: what is typed counts when it is done.
  input.addEventListener('change', () => {
    session.question.set(input.value);
  });
  byId('query-form').addEventListener('submit', (event) => {
    event.preventDefault();
    session.question.set(input.value);
  });
  byId('any-query').addEventListener('click', () => {
    const { queries, heldOut } = session.opened.get()!;
    const names = heldOut > 0 ? queries.slice(-heldOut) : queries;
    session.question.set(names[Math.floor(Math.random() * names.length)]!);
  });

  session.question.watch((text) => {
    input.value = text;
    ask(text.trim());
  });
  session.opened.watch((opened) => {
    if (!opened) return;
    byId('any-query', 'button').disabled = opened.queries.length === 0;
    offerNames(session, '');
    byId('query-hint').textContent = hintOf(session);
  });
  session.asked.watch(show);
  session.shown.watch(show);
  session.spend.watch(show);
}

function hintOf(session: Session): string {
  const { queries, canEmbed } = session.opened.get()!;
  if (canEmbed) return 'Any text, one of the queries that were opened, or an embedding: [0.1, 0.2, …].';
  const named = queries.length > 0 ? `The name of a query that was opened, such as ${queries[0]!}, or an` : 'An';
  return `${named} embedding: [0.1, 0.2, …]. Other texts need the router’s embedding model, which is not in this page.`;
}

function offerNames(session: Session, typed: string): void {
  const names = session.opened.get()!.queries;
  const found: string[] = [];
  for (const name of names) if (name.includes(typed) && found.push(name) === offered) break;
  byId('queries').replaceChildren(...found.map((value) => html('option', { value })));
}

function describe(session: Session, asked: Asked): Node[] {
  const { router } = session.shown.get()!;
  const { alpha } = session.stop();
  let decision: RouteDecision;
  try {
    decision = router.route(asked.embedding, alpha);
  } catch (error) {
    return [html('p', { className: 'problem' }, (error as Error).message)];
  }
  const { known } = asked;
  const origin = known
    ? `${known.heldOut ? 'Held out' : 'Fitted on'}${known.dataset === null ? '' : `, of ${known.dataset}`}: what each model achieved is in the last two columns.`
    : 'A query that nobody measured.';
  return [
    html('p', { className: 'explanation' }, router.explain(decision)),
    html('p', { className: 'note' }, origin),
    flips(session, asked, alpha),
    html(
      'div',
      { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: 'Ranking' },
      ranking(session, decision, asked),
    ),
    nearClusters(session, decision),
  ];
}

/** The exact α at which the decision changes, as a strip and as a list. */
function flips(session: Session, { embedding }: Asked, alpha: number): HTMLElement {
  let points: ReturnType<typeof flipPoints>;
  try {
    points = flipPoints(session.shown.get()!.router, embedding);
  } catch {
    return html('p', { className: 'note' }, 'This rule or a router without costs has no flip points.');
  }
  const strip = svg('svg', {
    class: 'flips',
    viewBox: '0 0 1000 28',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  points.forEach(({ alpha: from, model }, i) => {
    const to = points[i + 1]?.alpha ?? 1;
    strip.append(
      svg('rect', {
        class: session.colours.classOf(model),
        x: 1000 * from,
        width: 1000 * (to - from),
        y: 4,
        height: 20,
      }),
    );
  });
  strip.append(svg('line', { class: 'now', x1: 1000 * alpha, x2: 1000 * alpha, y1: 0, y2: 28 }));
  const items = points.map(({ alpha: from, model }, i) => {
    const to = points[i + 1]?.alpha ?? 1;
    const isNow = from <= alpha && (alpha < to || to === 1);
    const item = html('li', {}, session.colours.label(model), ` α ${shortAlpha(from)} to ${shortAlpha(to)}`);
    if (isNow) item.setAttribute('aria-current', 'true');
    return item;
  });
  return html('div', {}, html('h3', {}, 'Over α'), strip, html('ol', { className: 'flip-list' }, ...items));
}

function ranking(session: Session, { ranking, excluded }: RouteDecision, { known }: Asked): HTMLTableElement {
  const head = ['Model', 'Score', 'Expected', 'USD', 'Observed', ...(known ? ['Measured', 'USD'] : [])];
  const rows = ranking.map(({ model, score, performance, standardError, cost, count }) => {
    const measured = known
      ? [model in known.scores ? markOf(known.scores[model]!) : '–', usd(known.costs[model] ?? null)]
      : [];
    const expected = `${percent(performance)}${standardError === null ? '' : ` ± ${fixed(100 * standardError, 1)}`}`;
    return row(session.colours.label(model), fixed(score, 3), expected, usd(cost), fixed(count, 0), ...measured);
  });
  const out = excluded.map(({ model, reason }) =>
    row(session.colours.label(model), reason, ...head.slice(2).map(() => '')),
  );
  return html(
    'table',
    {},
    html('caption', { className: 'hidden' }, 'Ranking'),
    tableHead(...head),
    html('tbody', {}, ...rows, ...out),
  );
}

function markOf(score: number): string {
  if (score === 1) return '✓ right';
  return score === 0 ? '✗ wrong' : fixed(score, 2);
}

function nearClusters(session: Session, { clusters, novelty }: RouteDecision): HTMLElement {
  const figures = clusters.map(({ cluster, distance, weight }) => {
    const button = html('button', { type: 'button', className: 'link' }, `cluster ${cluster}`);
    button.addEventListener('click', () => {
      session.cluster.set(cluster);
    });
    const entry = figure('', percent(weight, 0), `weight, distance ${fixed(distance, 3)}`);
    entry.querySelector('dt')!.append(button);
    return entry;
  });
  const unusual =
    novelty === null ? [] : [figure('novelty', fixed(novelty, 2), 'share of the fitted queries that lie nearer')];
  return html('div', {}, html('h3', {}, 'Near clusters'), html('dl', { className: 'figures' }, ...figures, ...unusual));
}
