import { byId, html, row, tableHead } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { count, percent, usd } from '../../figures.js';

/** How many moves are listed. */
const listed = 12;

/** What would change if another router took the place of this one. */
export function comparePanel(session: Session): void {
  const place = byId('comparison');
  byId('keep').addEventListener('click', () => {
    const { router } = session.shown.get()!;
    void session.oppose(`the router kept, ${router.fingerprint.slice(0, 6)}`, router.toJSON());
  });
  const file = byId('open-other', 'input');
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    if (chosen) void session.oppose(chosen.name, chosen);
    file.value = '';
  });

  session.comparison.watch((comparison) => {
    const opponent = session.opponent.get();
    if (!comparison || !opponent) {
      place.replaceChildren(
        html(
          'p',
          { className: 'note' },
          'Keep this router, then change models or prices: both are routed at the dial’s α.',
        ),
      );
      return;
    }
    const { queries, changed, moves, a, b } = comparison;
    const said =
      changed === 0
        ? 'No query changes its model'
        : `${percent(changed)} of ${count(queries)} queries change their model`;
    place.replaceChildren(
      html(
        'p',
        {},
        `${said} from this router to ${opponent.name}. On the plane its curve is dashed, as it was judged when it came.`,
      ),
      html(
        'table',
        {},
        html('caption', { className: 'hidden' }, 'What either router expects'),
        tableHead('Router', 'Expects right', 'USD a query'),
        html(
          'tbody',
          {},
          row('this one', percent(a.performance), usd(a.cost)),
          row(opponent.name, percent(b.performance), usd(b.cost)),
        ),
      ),
      ...(moves.length === 0
        ? []
        : [
            html('h3', {}, 'Moves'),
            html(
              'table',
              { className: 'moves' },
              html('caption', { className: 'hidden' }, 'Moves'),
              tableHead('From', 'To', 'Queries'),
              html(
                'tbody',
                {},
                ...moves
                  .slice(0, listed)
                  .map(({ from, to, queries }) =>
                    row(session.colours.label(from), session.colours.label(to), count(queries)),
                  ),
              ),
            ),
          ]),
    );
  });
}
