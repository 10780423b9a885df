/** The page's side of the worker. */
import type { Answer, Lab, Progress } from './protocol.js';
import LabWorker from './worker.js?worker&inline';

/** A worker of its own, to be ended when nobody needs it: what it was asked is then refused. */
export interface RemoteLab extends Lab {
  end(): void;
}

/** Inline, since a worker from a blob is bound by the policy of this page, and one from a file only by that file's headers. */
export function startLab(onProgress: (progress: Progress) => void): RemoteLab {
  const worker = new LabWorker();
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if ('progress' in data) {
      onProgress(data.progress);
      return;
    }
    const { resolve, reject } = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ('error' in data) reject(new Error(data.error));
    else resolve(data.result);
  });
  const fail = (message: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  worker.addEventListener('error', ({ message }) => {
    fail(`The worker failed: ${message}`);
  });

  const ask =
    <Method extends keyof Lab>(method: Method): Lab[Method] =>
    // @ts-expect-error -- TypeScript cannot tie a method's result to its name here
    (...args: Parameters<Lab[Method]>) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, method, args });
      });
  return {
    open: ask('open'),
    add: ask('add'),
    revise: ask('revise'),
    judge: ask('judge'),
    find: ask('find'),
    oppose: ask('oppose'),
    compare: ask('compare'),
    end() {
      worker.terminate();
      fail('The worker was ended.');
    },
  };
}
