import { byId, figure, html } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { percent, shortAlpha, usd } from '../../figures.js';
import type { Plane } from '../worker/protocol.js';

interface ShareBar {
  readonly item: HTMLElement;
  readonly bar: HTMLElement;
  readonly value: HTMLElement;
}

/** What the router achieves where the dial stands, and who answers. */
export function pointPanel(session: Session): void {
  const figures = byId('point');
  const list = byId('shares');
  let bars = new Map<string, ShareBar>();

  const build = (): void => {
    const { plane, router } = session.shown.get()!;
    const used = router.models.filter((model) => plane.stops?.some(({ shares }) => shares[model]! > 0));
    bars = new Map(
      used.map((model) => [model, shareBar(session.colours.label(model), session.colours.classOf(model))]),
    );
    list.replaceChildren(...[...bars.values()].map(({ item }) => item));
  };
  const update = (): void => {
    const shown = session.shown.get();
    if (!shown) return;
    const { alpha, accuracy, meanCost, shares } = session.stop();
    const best = bestModel(shown.plane);
    const kept = best && accuracy !== null ? percent(accuracy / best.accuracy) : '–';
    const paid = best && meanCost !== null ? percent(meanCost / best.meanCost) : '–';
    figures.replaceChildren(
      figure('Accuracy', percent(accuracy), best ? `${kept} of ${best.model}’s` : ''),
      figure('USD a query', usd(meanCost), best ? `${paid} of ${best.model}’s` : ''),
      figure('α', shortAlpha(alpha), shares ? `at ${session.spend.get()} % of the spend` : ''),
    );
    for (const [model, { bar, value }] of bars) {
      const share = shares?.[model] ?? 0;
      bar.style.width = `${100 * share}%`;
      value.textContent = percent(share, 0);
    }
  };
  session.shown.watch((shown) => {
    if (!shown) return;
    build();
    update();
  });
  session.spend.watch(update);
}

function shareBar(label: HTMLElement, colour: string): ShareBar {
  const bar = html('i', { className: colour });
  const value = html('output');
  return { item: html('li', {}, label, html('span', { className: 'track' }, bar), value), bar, value };
}

/** The most accurate single model, then the cheaper one. */
function bestModel({ models }: Plane): { model: string; accuracy: number; meanCost: number } | undefined {
  const measured = models.flatMap(({ model, accuracy, meanCost }) =>
    accuracy === null || meanCost === null ? [] : [{ model, accuracy, meanCost }],
  );
  return measured.sort((a, b) => b.accuracy - a.accuracy || a.meanCost - b.meanCost)[0];
}
