import type { Steps } from './core/steps.js';

/** Runs through the steps, pausing after each for whoever waits; an abort ends them with its reason. */
export async function finish<Result>(
  steps: Steps<Result>,
  signal: AbortSignal | undefined,
  onStep: (isPass: boolean) => unknown,
): Promise<Result> {
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    await onStep(step.value);
  }
}
