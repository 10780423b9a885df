/**
 * A sum of numbers that may be changed one by one. Its value depends on the numbers alone, not on how they came to be (a binary tree
 * of partial sums, O(log n) a change): a running difference would drift, and two equal policies would not measure equal.
 */
class SumTree {
  /** Node i is the sum of nodes 2i and 2i + 1; the numbers are the last half. */
  readonly #nodes: Float64Array;

  constructor(length: number) {
    this.#nodes = new Float64Array(2 * length);
  }

  set(index: number, value: number): void {
    const nodes = this.#nodes;
    let node = nodes.length / 2 + index;
    nodes[node] = value;
    for (node >>= 1; node >= 1; node >>= 1) nodes[node] = nodes[2 * node]! + nodes[2 * node + 1]!;
  }

  get total(): number {
    return this.#nodes[1]!;
  }
}

/** Sum and count of those numbers that are observed; NaN stands for "not observed". */
class ObservedSum {
  count = 0;
  readonly #sum: SumTree;
  readonly #observed: Uint8Array;

  constructor(length: number) {
    this.#sum = new SumTree(length);
    this.#observed = new Uint8Array(length);
  }

  set(index: number, value: number): void {
    const observed = Number.isNaN(value) ? 0 : 1;
    this.count += observed - this.#observed[index]!;
    this.#observed[index] = observed;
    this.#sum.set(index, observed ? value : 0);
  }

  get sum(): number {
    return this.#sum.total;
  }

  /** NaN when nothing is observed. */
  get mean(): number {
    return this.sum / this.count;
  }
}

/** One dataset's part of a {@link Tally}. */
interface DatasetTally {
  readonly queries: number;
  readonly scores: ObservedSum;
  readonly costs: ObservedSum;
}

/**
 * What one policy (one answer a query) achieves, kept up while answers change. What is not observed is left out, never
 * counted as 0; a mean of nothing is NaN.
 */
export class Tally {
  readonly datasets: readonly DatasetTally[];
  readonly #datasetOf: Int32Array;
  readonly #positionOf: Int32Array;

  /**
   * @param datasetOf - the dataset of each query
   * @param datasets - how many there are, each with at least one query
   */
  constructor(datasetOf: Int32Array, datasets: number) {
    const sizes = new Int32Array(datasets);
    this.#datasetOf = datasetOf;
    this.#positionOf = datasetOf.map((dataset) => sizes[dataset]!++);
    this.datasets = Array.from(sizes, (queries) => ({
      queries,
      scores: new ObservedSum(queries),
      costs: new ObservedSum(queries),
    }));
  }

  /** Gives a query its answer's score and cost; NaN stands for "not observed". */
  set(query: number, score: number, cost: number): void {
    const dataset = this.datasets[this.#datasetOf[query]!]!;
    const position = this.#positionOf[query]!;
    dataset.scores.set(position, score);
    dataset.costs.set(position, cost);
  }

  /** Macro accuracy (paper, section 3): the unweighted mean of the datasets' mean scores, over datasets with a score. */
  get accuracy(): number {
    let sum = 0;
    let count = 0;
    for (const { scores } of this.datasets) {
      if (scores.count === 0) continue;
      sum += scores.mean;
      count++;
    }
    return sum / count;
  }

  /** Micro accuracy: the mean score over all queries. */
  get microAccuracy(): number {
    return total(this.datasets, ({ scores }) => scores.sum) / this.scoreCount;
  }

  get meanCost(): number {
    return this.totalCost / this.costCount;
  }

  /** Sum of the observed costs. */
  get totalCost(): number {
    return total(this.datasets, ({ costs }) => costs.sum);
  }

  get scoreCount(): number {
    return total(this.datasets, ({ scores }) => scores.count);
  }

  get costCount(): number {
    return total(this.datasets, ({ costs }) => costs.count);
  }
}

function total(datasets: readonly DatasetTally[], value: (dataset: DatasetTally) => number): number {
  let sum = 0;
  for (const dataset of datasets) sum += value(dataset);
  return sum;
}
