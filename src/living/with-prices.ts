import { totalOf } from '../core/cells.js';
import { pricesByModel } from '../options.js';
import { readCells, writeCells, writePrices, type RouterState } from '../state.js';
import { describe, list, member, mismatch, parse } from '../validation.js';

/**
 * A state with other prices. What a named model cost becomes what its tokens cost now, in every cluster j:
 *
 *     Σ costs = (price.input · Σ input tokens + price.output · Σ output tokens) / 10⁶, over the records with both token counts
 *
 * Measured costs of those models are forgotten, the other models keep theirs.
 *
 * @throws RouterError `invalid_options` for a price of a model without token counts, for prices of strangers only, and where a router
 * without costs would know the costs of some models only
 */
export function withPrices(state: RouterState, prices: unknown): RouterState {
  const catalogue = parse(pricesByModel(), prices, 'invalid_options', 'prices');
  const { models } = state;
  const cells = readCells(state);
  const withCosts = cells.costCount.some((count) => count > 0);
  const costCount = cells.costCount.slice();
  const costSum = cells.costSum.slice();
  let repriced = 0;
  models.forEach((model, i) => {
    const price = Object.hasOwn(catalogue, model) ? catalogue[model] : undefined;
    if (!price) return;
    if (totalOf(cells.tokenCount, i, models.length) === 0) {
      throw mismatch('invalid_options', `prices${member(model)}`, 'a model whose records carry token counts', 'none');
    }
    for (let cell = i; cell < costSum.length; cell += models.length) {
      costCount[cell] = cells.tokenCount[cell]!;
      costSum[cell] = (cells.inputTokenSum[cell]! * price.input + cells.outputTokenSum[cell]! * price.output) / 1e6;
    }
    repriced++;
  });
  if (repriced === 0) {
    throw mismatch('invalid_options', 'prices', `a price of a model of the router (${list(models)})`, 'none');
  }
  const unpriced = models.find((model) => !Object.hasOwn(catalogue, model));
  if (!withCosts && unpriced !== undefined) {
    throw mismatch('invalid_options', 'prices', `a price of ${describe(unpriced)}, as no cost of it is known`, 'none');
  }
  return {
    ...state,
    cells: writeCells({ ...cells, costCount, costSum }),
    ...writePrices(models, { ...state.prices, ...catalogue }),
  };
}
