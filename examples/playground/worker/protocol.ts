/** What the page and its worker say to each other: plain data. */
import type {
  FitProgress,
  RouterEvaluation,
  RouterComparison,
  RouterState,
  TokenPrice,
  TunedPoint,
} from 'pareto-router';

/** What is opened. Files are read in the worker: a log of records, a saved state, or both. */
export type Source =
  | { readonly kind: 'sample'; readonly name: string; readonly json: string }
  | { readonly kind: 'simulated' }
  | { readonly kind: 'files'; readonly files: readonly File[] };

/** How the router as it was fitted is changed. */
export interface Revision {
  readonly removed: readonly string[];
  /** USD per million tokens, of the models whose price was changed. */
  readonly prices: Readonly<Record<string, TokenPrice>>;
}

export interface Reached {
  readonly accuracy: number;
  /** USD a query. */
  readonly meanCost: number;
}

/** What one model achieves on the same queries. */
export interface Single {
  readonly model: string;
  readonly accuracy: number | null;
  readonly meanCost: number | null;
}

/** The cost–accuracy plane of one router. */
export interface Plane {
  /** Whether outcomes of held-out queries stand behind it, or the router's own expectations. */
  readonly measured: boolean;
  /** Number of queries, and of cluster centres where there are none. */
  readonly queries: number;
  /** By rising α: every point that some α reaches. */
  readonly curve: readonly Reached[];
  /** By rising cost: those that no cheaper one matches. */
  readonly frontier: readonly Reached[];
  readonly models: readonly Single[];
  /** What `spend` = 0, 0.01, …, 1 gives; `null` where α trades nothing, and `obstacle` says why. */
  readonly stops: readonly TunedPoint[] | null;
  readonly obstacle: string | null;
}

/** Whose queries a cluster was fitted on. */
export interface ClusterMembers {
  /** Number of training records by dataset, the most frequent first. */
  readonly datasets: readonly (readonly [dataset: string, records: number])[];
  /** The queries nearest to the centroid. */
  readonly typical: readonly string[];
}

/** A model of the router as it was fitted. */
export interface FittedModel {
  readonly model: string;
  /** USD per million tokens; `null` where the records had a cost and no price. */
  readonly price: TokenPrice | null;
  /** Whether tokens were counted, so that another price can be tried. */
  readonly hasTokens: boolean;
}

/** What was opened. */
export interface Opened {
  readonly title: string;
  /** What it is, and how it was taken, a sentence each. */
  readonly notes: readonly string[];
  /** All queries by name, each once, the held-out ones last; empty for a state alone. */
  readonly queries: readonly string[];
  /** How many of them are held out. */
  readonly heldOut: number;
  /** Whether this page can embed a text for the router. */
  readonly canEmbed: boolean;
  readonly models: readonly FittedModel[];
  /** By cluster; `null` for a state alone. */
  readonly members: readonly ClusterMembers[] | null;
}

/** A router of what was opened, as the revision makes it. */
export interface Revised {
  readonly state: RouterState;
  readonly plane: Plane;
}

/** What is known of a query that was opened. */
export interface KnownQuery {
  readonly embedding: ArrayLike<number>;
  readonly dataset: string | null;
  readonly heldOut: boolean;
  readonly scores: Readonly<Record<string, number>>;
  /** USD. */
  readonly costs: Readonly<Record<string, number>>;
}

export type Judgement = Pick<
  RouterEvaluation,
  'verdict' | 'warnings' | 'aiq' | 'zeroRouterAiq' | 'perfGain' | 'costSave'
> & {
  /** Accuracy of always picking a right answer. */
  readonly oracle: number | null;
  readonly models: readonly Single[];
};

/** How far the worker has come. */
export interface Progress {
  readonly stage: FitProgress['stage'] | 'evaluate' | 'dial';
  readonly completed: number;
  readonly total: number | null;
}

/** What the worker can be asked; it answers one at a time, in turn. */
export interface Lab {
  readonly open: (source: Source) => Promise<Opened & Revised>;
  /** Learns from more records, in which there may be new models. Those of held-out queries are kept for judging. */
  readonly add: (file: File, revision: Revision) => Promise<Opened & Revised>;
  readonly revise: (revision: Revision) => Promise<Revised>;
  /** `null` where there are no held-out records. */
  readonly judge: () => Promise<Judgement | null>;
  readonly find: (query: string) => Promise<KnownQuery | null>;
  /** Takes another router to compare with: a file, or a state. The plane is its. */
  readonly oppose: (other: File | RouterState) => Promise<Plane>;
  readonly compare: (alpha: number) => Promise<RouterComparison>;
}

export type Question = {
  [Method in keyof Lab]: { readonly id: number; readonly method: Method; readonly args: Parameters<Lab[Method]> };
}[keyof Lab];

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly progress: Progress };
