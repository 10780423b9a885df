import { byId, figure, html } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { fixed, percent } from '../../figures.js';

/** Does routing pay on the held-out queries? */
export function verdictPanel(session: Session): void {
  const panel = byId('verdict');
  const title = byId('verdict-title');
  const sentence = byId('sentence');
  session.judgement.watch((judgement) => {
    const verdict = judgement?.verdict;
    panel.dataset.answer = verdict?.answer ?? 'none';
    const [, headline, reasons] = /^([^:]+): (.*)$/s.exec(verdict?.sentence ?? '') ?? [];
    title.textContent = headline ?? 'Does routing pay?';
    if (judgement === undefined) sentence.textContent = 'Being judged on the held-out queries …';
    else
      sentence.textContent = reasons
        ? upperFirst(reasons)
        : 'Nobody can tell without held-out records: open some with the router.';
    byId('warnings').replaceChildren(...(judgement?.warnings ?? []).map(({ message }) => html('li', {}, message)));
    byId('headlines').replaceChildren(
      ...(judgement
        ? [
            figure(
              'AIQ',
              aiq(judgement.aiq),
              `area under the curve; single models mixed: ${aiq(judgement.zeroRouterAiq)}`,
            ),
            figure('PerfGain', percent(judgement.perfGain), 'highest accuracy of any α over the best model'),
            figure('CostSave', percent(judgement.costSave), 'of the best model’s cost, at its accuracy'),
            figure('Oracle', percent(judgement.oracle), 'where always a right answer is picked'),
          ]
        : []),
    );
  });
}

function aiq(value: number | null): string {
  return value === null ? '–' : fixed(value, 3);
}

function upperFirst(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
