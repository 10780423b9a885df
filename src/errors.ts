/**
 * What went wrong, for programs; the message says it for people.
 * @example
 * const mine: readonly RouterErrorCode[] = ['invalid_records', 'invalid_options']; // what the caller can mend
 */
export type RouterErrorCode =
  | 'invalid_records'
  | 'invalid_options'
  | 'invalid_embedding'
  | 'invalid_alpha'
  | 'invalid_constraints'
  | 'invalid_state'
  | 'embedder_mismatch'
  | 'embedder_missing'
  | 'embedder_failed'
  | 'no_eligible_model';

/**
 * The only error this library throws on purpose (an aborted fit throws the signal's own reason).
 *
 * The message has the form `place: expected …, got …`, for example
 * `records[17].records["gpt-5"]: expected a score in [0, 1], got 71`.
 * @example
 * try {
 *   router.route(embedding, 70);
 * } catch (error) {
 *   if (error instanceof RouterError) console.log(error.code, error.message); // invalid_alpha alpha: expected …
 * }
 */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  /** Stable name of the kind of failure, for `switch`. */
  readonly code: RouterErrorCode;

  constructor(code: RouterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
