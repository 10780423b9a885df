import { parseEmbedder, type Embedder, type EmbedFunction } from '../embedder.js';
import { callable, describe, mismatch, parse, positiveInteger, strictObject } from '../validation.js';

/**
 * Options of {@link retryingEmbedder}.
 * @example
 * const options: RetryOptions = {
 *   attempts: 3,
 *   wait: (failures, error) => (isFatal(error) ? Promise.reject(error as Error) : sleep(failures * 1000)),
 * };
 */
export interface RetryOptions {
  /** Most calls for one batch, the first one included; a whole number ≥ 1. */
  readonly attempts: number;
  /**
   * Awaited between two calls; it decides how long, and whether at all: what it throws ends the attempts.
   *
   * @param failures - how many calls for this batch have failed so far, from 1
   * @param error - what the last one threw
   */
  readonly wait: (failures: number, error: unknown) => unknown;
}

/**
 * An embedder that calls another one again for a batch that failed, for clients that do not retry by themselves:
 * `retryingEmbedder(embedder, { attempts: 5, wait: (failures) => sleep(2 ** failures * 250) })`. The timer is the app's,
 * since this library has none. An aborted call is not repeated.
 *
 * @throws RouterError `invalid_options`; the last error when all attempts have failed
 * @example
 * const patient = retryingEmbedder(embedder, { attempts: 5, wait: (failures) => sleep(2 ** failures * 250) });
 * const router = await fitRouter(records, patient);
 */
export function retryingEmbedder(embedder: Embedder | EmbedFunction, options: RetryOptions): Embedder {
  const { id, dimensions, maxBatchSize, embed } = parseEmbedder(embedder);
  if (!embed) throw mismatch('invalid_options', 'retryingEmbedder', 'an embedder that can embed', describe(id));
  const check = strictObject<RetryOptions>({ attempts: positiveInteger, wait: callable() });
  const { attempts, wait } = parse(check, options, 'invalid_options', 'retryingEmbedder options');
  return {
    id,
    ...(dimensions !== undefined && { dimensions }),
    maxBatchSize,
    async embed(texts, { signal }) {
      for (let failures = 1; ; failures++) {
        try {
          return await embed(texts, signal ? { signal } : {});
        } catch (error) {
          signal?.throwIfAborted();
          if (failures === attempts) throw error;
          await wait(failures, error);
          signal?.throwIfAborted();
        }
      }
    },
  };
}
