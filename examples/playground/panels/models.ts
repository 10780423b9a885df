import { byId, html, row, tableHead } from '../drawing/elements.js';
import type { Session } from '../session.js';
import { percent, usd } from '../../figures.js';
import type { FittedModel, Revision } from '../worker/protocol.js';

/** Which models there are and what they cost: the living router. */
export function modelsPanel(session: Session): void {
  const table = byId('models');
  const reset = byId('reset', 'button');
  const figures = new Map<string, HTMLTableCellElement[]>();

  const build = (): void => {
    figures.clear();
    const { models } = session.opened.get()!;
    const rows = models.map((fitted) => {
      const { model, hasTokens } = fitted;
      const used = html('input', {
        type: 'checkbox',
        checked: !session.revision.get().removed.includes(model),
        id: `use-${model}`,
      });
      used.addEventListener('change', () => {
        const revision = session.revision.get();
        const others = revision.removed.filter((other) => other !== model);
        const removed = used.checked ? others : [...others, model];
        // Somebody has to answer.
        if (removed.length === models.length) used.checked = true;
        else session.revise({ ...revision, removed });
      });
      const label = html('label', { htmlFor: used.id }, session.colours.label(model));
      const prices = hasTokens ? priceInputs(session, fitted) : ['no token counts', ''];
      const own = row(html('span', { className: 'use' }, used, label), '', '', '', ...prices);
      figures.set(model, [...own.cells].slice(1, 4));
      return own;
    });
    table.replaceChildren(
      html('caption', { className: 'hidden' }, 'Models and prices'),
      tableHead('Model', 'Right', 'USD a query', 'Share', 'USD per M in', 'USD per M out'),
      html('tbody', {}, ...rows),
    );
  };
  const update = (): void => {
    const shown = session.shown.get();
    if (!shown) return;
    const { shares } = session.stop();
    const { models } = shown.plane.obstacle === null ? shown.plane : (session.judgement.get() ?? shown.plane);
    for (const [model, [right, cost, share]] of figures) {
      const single = models.find((each) => each.model === model);
      right!.textContent = percent(single?.accuracy ?? null);
      cost!.textContent = usd(single?.meanCost ?? null);
      share!.textContent = shares ? percent(shares[model] ?? 0, 0) : '–';
    }
  };
  session.opened.watch((opened) => {
    if (opened) build();
  });
  session.shown.watch(update);
  session.judgement.watch(update);
  session.spend.watch(update);
  session.revision.watch(({ removed, prices }) => {
    reset.disabled = removed.length === 0 && Object.keys(prices).length === 0;
  });

  reset.addEventListener('click', () => {
    session.revise({ removed: [], prices: {} });
    build();
    update();
    // The button cannot keep the focus, as it is disabled now.
    byId('models').parentElement!.focus();
  });
  const more = byId('add-records', 'input');
  more.addEventListener('change', () => {
    const [file] = more.files ?? [];
    if (file) void session.add(file);
    more.value = '';
  });
  byId('download').addEventListener('click', () => {
    const { router } = session.shown.get()!;
    const url = URL.createObjectURL(new Blob([JSON.stringify(router)], { type: 'application/json' }));
    html('a', { href: url, download: `router-${router.fingerprint}.json` }).click();
    URL.revokeObjectURL(url);
  });
}

/** Both prices of a model; where the records had costs and no price, a price counts when both are given. */
function priceInputs(session: Session, { model, price }: FittedModel): HTMLElement[] {
  const inputs = (['input', 'output'] as const).map((kind) =>
    html('input', {
      type: 'number',
      min: '0',
      step: 'any',
      value: String((session.revision.get().prices[model] ?? price)?.[kind] ?? ''),
      placeholder: 'measured',
      ariaLabel: `${model}: USD per million ${kind} tokens`,
    }),
  );
  const change = (): void => {
    if (inputs.some((each) => !each.checkValidity())) return;
    const [input, output] = inputs.map((each) => each.valueAsNumber) as [number, number];
    const { [model]: _, ...others } = session.revision.get().prices;
    const isGiven = !Number.isNaN(input) && !Number.isNaN(output);
    const isChanged = isGiven && (input !== price?.input || output !== price.output);
    const prices: Revision['prices'] = isChanged ? { ...others, [model]: { input, output } } : others;
    session.revise({ ...session.revision.get(), prices });
  };
  for (const each of inputs) each.addEventListener('change', change);
  return inputs;
}
