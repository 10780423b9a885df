/** Fits in a worker thread, so that a server goes on answering. See README.md beside it. */
import { Worker } from 'node:worker_threads';
import { Router, type Embedder, type FitOptions, type FitProgress, type RouterState } from 'pareto-router';

/** What the worker thread is told: plain data, since functions cannot be sent. */
export interface FitOrder {
  /** A JSONL file of records; the worker reads it itself. */
  readonly records: string;
  readonly options?: Pick<FitOptions, 'clusters' | 'nearestClusters' | 'rule' | 'shrinkage' | 'seed' | 'restarts'>;
}

/** What it answers, in turn. */
export type FitMessage = { readonly progress: FitProgress } | { readonly state: RouterState };

/**
 * @param embedder - of the router that comes back; the worker makes its own, of the same vector space
 * @throws what the fit throws; the signal's reason when aborted
 */
export function fitInWorker(
  order: FitOrder,
  embedder: Embedder,
  { onProgress, signal }: Pick<FitOptions, 'onProgress' | 'signal'> = {},
): Promise<Router> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: order });
    const stop = (): void => {
      void worker.terminate();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', stop);
    worker.on('message', (message: FitMessage) => {
      if ('progress' in message) void onProgress?.(message.progress);
      else resolve(Router.fromJSON(message.state, embedder));
    });
    worker.on('error', reject);
    worker.on('exit', () => signal?.removeEventListener('abort', stop));
  });
}
