/** What is on the page. Panels watch it, and ask it for changes. */
import {
  describeRouter,
  Router,
  type RouterComparison,
  type RouterDescription,
  type RouterState,
  type TunedPoint,
} from 'pareto-router';
import { ModelColours } from './drawing/model-colours.js';
import { latest } from './latest.js';
import { embedderOf } from './spaces.js';
import { Value } from './value.js';
import { startLab, type RemoteLab } from './worker/client.js';
import type { Judgement, KnownQuery, Opened, Plane, Progress, Revised, Revision, Source } from './worker/protocol.js';

/** A router and its plane. */
export interface Shown {
  readonly router: Router;
  readonly plane: Plane;
}

/** A query to route. */
export interface Asked {
  readonly text: string;
  readonly embedding: ArrayLike<number>;
  /** What was measured of it, where it was opened. */
  readonly known: KnownQuery | null;
}

export interface Opponent {
  readonly name: string;
  readonly plane: Plane;
}

/** Where the dial stands: an operating point, or α alone where nothing can be traded. */
export type Stop =
  TunedPoint | { readonly alpha: number; readonly accuracy: null; readonly meanCost: null; readonly shares: null };

const untouched: Revision = { removed: [], prices: {} };

export class Session {
  readonly progress = new Value<Progress | null>(null);
  readonly error = new Value<string | null>(null);
  readonly opened = new Value<Opened | null>(null);
  readonly shown = new Value<Shown | null>(null);
  /** `undefined` while it is worked out; `null` where there is nothing to judge by. */
  readonly judgement = new Value<Judgement | null | undefined>(undefined);
  readonly revision = new Value(untouched);
  /** The dial: 0 to 100 % of the way from the least to the greatest spend. */
  readonly spend = new Value(40);
  readonly cluster = new Value<number | null>(null);
  /** What is typed to be routed. */
  readonly question = new Value('');
  readonly asked = new Value<Asked | null>(null);
  readonly opponent = new Value<Opponent | null>(null);
  readonly comparison = new Value<RouterComparison | null>(null);

  /** Of the models of what was opened. */
  colours: ModelColours = new ModelColours([]);

  #described: { router: Router; alpha: number; clusters: RouterDescription['clusters'] } | undefined;
  #lab: RemoteLab | undefined;
  /** A lab that is being opened; the old one stays until it is ready. */
  #opening: RemoteLab | undefined;

  constructor() {
    this.spend.watch(() => {
      this.#compare();
    });
  }

  /** Where it cannot be opened, what was there before stays. */
  async open(source: Source): Promise<void> {
    this.cancel();
    this.error.set(null);
    const lab = startLab((progress) => {
      if (lab === this.#opening || lab === this.#lab) this.progress.set(progress);
    });
    this.#opening = lab;
    this.progress.set({ stage: 'read', completed: 0, total: null });
    let result: Opened & Revised;
    try {
      result = await lab.open(source);
    } catch (error) {
      lab.end();
      if (lab !== this.#opening) return;
      this.#opening = undefined;
      this.#fail(error);
      return;
    }
    if (lab !== this.#opening) return;
    this.#opening = undefined;
    this.#lab?.end();
    this.#lab = lab;
    this.revision.set(untouched);
    this.opponent.set(null);
    this.comparison.set(null);
    this.question.set('');
    this.cluster.set(null);
    this.#take(result);
  }

  /** Ends what is being opened. */
  cancel(): void {
    this.#opening?.end();
    this.#opening = undefined;
    this.progress.set(null);
  }

  get isOpening(): boolean {
    return this.#opening !== undefined;
  }

  async add(file: File): Promise<void> {
    this.error.set(null);
    await this.#try(async (lab) => {
      this.#take(await lab.add(file, this.revision.get()));
    });
  }

  revise(revision: Revision): void {
    this.error.set(null);
    this.revision.set(revision);
    this.#revise(revision);
  }

  stop(): Stop {
    const stop = this.shown.get()!.plane.stops?.[this.spend.get()];
    if (stop) return stop;
    return { alpha: this.hasCosts() ? this.spend.get() / 100 : 1, accuracy: null, meanCost: null, shares: null };
  }

  hasCosts(): boolean {
    return this.shown.get()!.router.prior(1).ranking[0].cost !== null;
  }

  /** What each cluster knows, where the dial stands. */
  clusters(): RouterDescription['clusters'] {
    const { router } = this.shown.get()!;
    const { alpha } = this.stop();
    if (this.#described?.router !== router || this.#described.alpha !== alpha) {
      this.#described = { router, alpha, clusters: describeRouter(router, alpha).clusters };
    }
    return this.#described.clusters;
  }

  /**
   * Takes a query by its name or text, or an embedding as a JSON array.
   *
   * @throws Error where the text cannot be embedded here, or the router refuses the embedding
   */
  async ask(text: string): Promise<void> {
    const known = await this.#lab!.find(text);
    const embedding = known?.embedding ?? (await this.#embed(text));
    this.shown.get()!.router.route(embedding);
    this.asked.set({ text, known, embedding });
  }

  async oppose(name: string, other: File | RouterState): Promise<void> {
    this.error.set(null);
    await this.#try(async (lab) => {
      this.opponent.set({ name, plane: await lab.oppose(other) });
      this.#compare();
    });
  }

  async #embed(text: string): Promise<ArrayLike<number>> {
    if (/^\[.*\]$/s.test(text)) return JSON.parse(text) as number[];
    const { embedding } = this.shown.get()!.router.toJSON();
    const embedder = embedderOf(embedding);
    if (embedder) return (await embedder.embed([text], {}))[0]!;
    const [example] = this.opened.get()!.queries;
    const name = example === undefined ? '' : `the name of one of its queries, such as ${example}, or `;
    throw new Error(
      `This router knows queries by the vectors of ‘${embedding.id}’, a model that is not in this page. Type ${name}an embedding ` +
        `of ${embedding.dimensions} numbers: [0.1, −0.2, …].`,
    );
  }

  #take(result: Opened & Revised): void {
    const { state, plane, ...opened } = result;
    this.colours = new ModelColours(opened.models.map(({ model }) => model));
    this.opened.set(opened);
    this.#show({ state, plane });
  }

  #show({ state, plane }: Revised): void {
    this.progress.set(null);
    this.shown.set({ router: Router.fromJSON(state), plane });
    this.judgement.set(undefined);
    this.#judge();
    this.#compare();
  }

  readonly #judge = latest(() =>
    this.#try(async (lab) => {
      const judged = this.shown.get();
      const judgement = await lab.judge();
      this.progress.set(null);
      if (this.shown.get() === judged) this.judgement.set(judgement);
    }),
  );

  readonly #revise = latest((revision: Revision) =>
    this.#try(async (lab) => {
      this.#show(await lab.revise(revision));
    }),
  );

  readonly #compare = latest(async () => {
    if (!this.opponent.get()) return;
    await this.#try(async (lab) => {
      this.comparison.set(await lab.compare(this.stop().alpha));
    });
  });

  /** @param action - its lab's answers are of no interest when another has been opened meanwhile */
  async #try(action: (lab: RemoteLab) => Promise<void>): Promise<void> {
    const lab = this.#lab;
    if (!lab) return;
    try {
      await action(lab);
    } catch (error) {
      if (lab === this.#lab) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.progress.set(null);
    this.error.set(error instanceof Error ? error.message : String(error));
  }
}
