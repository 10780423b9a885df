import { byId } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { percent, shortAlpha, usd } from '../../figures.js';

/** One dial for all panels: how much is spent. */
export function dialPanel(session: Session): void {
  const dial = byId('spend', 'input');
  const figures = byId('dial-figures');
  dial.addEventListener('input', () => {
    session.spend.set(dial.valueAsNumber);
  });
  const update = (): void => {
    const shown = session.shown.get();
    if (!shown) return;
    const { alpha, accuracy, meanCost } = session.stop();
    const isSpend = shown.plane.stops !== null;
    byId('dial-name').textContent = isSpend ? 'Spend' : 'Trade-off α';
    dial.disabled = !isSpend && !session.hasCosts();
    dial.valueAsNumber = session.spend.get();
    const achieved = accuracy === null ? '' : ` · ${percent(accuracy)} right · USD ${usd(meanCost)}`;
    figures.textContent = `α ${shortAlpha(alpha)}${achieved}`;
    const place = isSpend ? `${dial.value} % of the way to the greatest spend: ` : '';
    dial.setAttribute('aria-valuetext', `${place}${figures.textContent}${isSpend ? ' a query' : ''}`);
  };
  session.shown.watch(update);
  session.spend.watch(update);
}
