/** The worker's door: answers questions one at a time, in turn. */
import { createLab } from './lab.js';
import type { Answer, Progress, Question } from './protocol.js';

/** This side of a worker, of which lib DOM knows the page's only. */
const port = self as unknown as {
  postMessage(answer: Answer): void;
  onmessage: (event: MessageEvent<Question>) => void;
};

const lab = createLab((progress: Progress) => {
  port.postMessage({ progress });
});

let turn: Promise<void> = Promise.resolve();
port.onmessage = ({ data }) => {
  turn = turn.then(() => answer(data));
};

async function answer({ id, method, args }: Question): Promise<void> {
  try {
    const ask = lab[method] as (...args: unknown[]) => Promise<unknown>;
    port.postMessage({ id, result: await ask(...args) });
  } catch (error) {
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
