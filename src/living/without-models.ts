import { selectModels } from '../core/cells.js';
import { readCells, writeCells, writePrices, type RouterState } from '../state.js';
import { describe, list, mismatch, names as arrayOfNames, parse } from '../validation.js';

/**
 * A state without some models, as if they had never been evaluated on these centroids: the sums of the others do not depend on
 * them, and clusters keep their sizes.
 *
 * @throws RouterError `invalid_options` for a name that the router does not know, and where no model would be left
 */
export function withoutModels(state: RouterState, names: unknown): RouterState {
  const removed = parse(arrayOfNames, names, 'invalid_options', 'names');
  removed.forEach((name, i) => {
    if (state.models.includes(name)) return;
    const expected = `a model of the router (${list(state.models)})`;
    throw mismatch('invalid_options', `names[${i}]`, expected, describe(name));
  });
  const columns = state.models.map((_, i) => i).filter((i) => !removed.includes(state.models[i]!));
  if (columns.length === 0) throw mismatch('invalid_options', 'names', 'names that leave a model', 'those of all');
  const models = columns.map((i) => state.models[i]!);
  const { prices = {}, ...kept } = state;
  return {
    ...kept,
    models,
    cells: writeCells(selectModels(readCells(state), columns)),
    ...writePrices(models, prices),
  };
}
