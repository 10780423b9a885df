import { byId, html, row, tableHead } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { count, fixed, percent, usd } from '../../figures.js';

/** All clusters by size, with the model that is best there at the dial's α. */
export function clustersPanel(session: Session): void {
  const table = byId('clusters');
  let rows: HTMLTableRowElement[] = [];

  const build = (): void => {
    const { members } = session.opened.get()!;
    rows = session.clusters().map(({ cluster, size }) => {
      const button = html('button', { type: 'button', className: 'link' }, String(cluster));
      button.addEventListener('click', () => {
        session.cluster.set(cluster);
      });
      const [main] = members?.[cluster]?.datasets ?? [];
      const mostly = main ? `${main[0]} ${percent(main[1] / size, 0)}` : '–';
      return row(button, count(size), mostly, '', '', '');
    });
    const bySize = session.clusters().map(({ cluster, size }) => ({ size, row: rows[cluster]! }));
    table.replaceChildren(
      html('caption', { className: 'hidden' }, 'All clusters'),
      tableHead('Cluster', 'Records', 'Mostly', 'Best here', 'Right', 'USD'),
      html('tbody', {}, ...bySize.sort((a, b) => b.size - a.size).map(({ row }) => row)),
    );
    update();
  };
  const update = (): void => {
    if (!session.shown.get() || rows.length === 0) return;
    const chosen = session.cluster.get();
    for (const { cluster, ranking } of session.clusters()) {
      const [best] = ranking;
      const own = rows[cluster];
      if (!own) continue;
      own.classList.toggle('chosen', cluster === chosen);
      const [, , , model, right, cost] = own.cells;
      if (model!.textContent !== (best?.model ?? '–'))
        model!.replaceChildren(best ? session.colours.label(best.model) : '–');
      const error = best?.standardError == null ? '' : ` ± ${fixed(100 * best.standardError, 1)}`;
      right!.textContent = best ? `${percent(best.performance)}${error}` : '–';
      cost!.textContent = usd(best?.cost ?? null);
    }
  };
  session.shown.watch((shown) => {
    if (shown) build();
  });
  session.spend.watch(update);
  session.cluster.watch(update);
}
