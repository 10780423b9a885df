import { byId, html, row, tableHead } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { count, counted, fixed, percent, usd } from '../../figures.js';

/** What one cluster knows of every model. */
export function clusterPanel(session: Session): void {
  const place = byId('cluster');
  const title = byId('cluster-title');
  const update = (): void => {
    if (!session.shown.get()) return;
    const clusters = session.clusters();
    const chosen = clusters[session.cluster.get() ?? -1] ?? [...clusters].sort((a, b) => b.size - a.size)[0]!;
    title.textContent = `Cluster ${chosen.cluster}`;
    const members = session.opened.get()!.members?.[chosen.cluster];
    const datasets = members?.datasets.map(([dataset, records]) => `${dataset} ${count(records)}`).join(', ');
    const rows = chosen.ranking.map(({ model, performance, standardError, cost, count: observed }) =>
      row(
        session.colours.label(model),
        html(
          'div',
          {},
          `${percent(performance)}${standardError === null ? '' : ` ± ${fixed(100 * standardError, 1)}`}`,
          performanceBar(performance, session.colours.classOf(model)),
        ),
        usd(cost),
        count(observed),
        chosen.paretoOptimal.includes(model) ? '●' : '',
      ),
    );
    place.replaceChildren(
      html(
        'p',
        { className: 'note' },
        `${counted(chosen.size, 'record')}${datasets ? `: ${datasets}.` : '.'} Best first at this α.`,
      ),
      html(
        'div',
        { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: `Models in cluster ${chosen.cluster}` },
        html(
          'table',
          {},
          html('caption', { className: 'hidden' }, `Models in cluster ${chosen.cluster}`),
          tableHead('Model', 'Right', 'USD', 'n', 'Pareto'),
          html('tbody', {}, ...rows),
        ),
      ),
      ...(chosen.unobserved.length > 0
        ? [html('p', { className: 'note' }, `Never seen here: ${chosen.unobserved.join(', ')}.`)]
        : []),
      ...(members && members.typical.length > 0
        ? [
            html('h3', {}, 'Typical queries'),
            html(
              'ul',
              { className: 'typical' },
              ...members.typical.map((text) => html('li', {}, queryButton(session, text))),
            ),
          ]
        : []),
    );
  };
  session.shown.watch(update);
  session.spend.watch(update);
  session.cluster.watch(update);
}

function performanceBar(performance: number, colour: string): HTMLElement {
  const bar = html('i', { className: colour });
  bar.style.width = `${100 * performance}%`;
  const track = html('span', { className: 'track' }, bar);
  track.setAttribute('aria-hidden', 'true');
  return track;
}

/** Routes one of the cluster's queries. */
function queryButton(session: Session, text: string): HTMLElement {
  const button = html('button', { type: 'button', className: 'link' }, text);
  button.addEventListener('click', () => {
    session.question.set(text);
    byId('query').focus();
  });
  return button;
}
