import { html } from './elements.js';

/** As many as style/colours.css has. */
const colours = 10;

/** Classes by model: a model keeps its colour when others are taken out. */
export class ModelColours {
  readonly #models: readonly string[];

  constructor(models: readonly string[]) {
    this.#models = models;
  }

  classOf(model: string): string {
    const position = this.#models.indexOf(model);
    return position < 0 ? 'model-other' : `model-${position % colours}`;
  }

  /** The model's name with a patch of its colour. */
  label(model: string): HTMLElement {
    return html('span', { className: 'model' }, html('i', { className: `patch ${this.classOf(model)}` }), model);
  }
}
