// The other side of fit.ts, in plain JavaScript: Node 20 starts no thread from a TypeScript file.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';
import { fitRouter, hashingEmbedder } from 'pareto-router';

async function* readRecords(path) {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.trim() !== '') yield JSON.parse(line);
  }
}

const { records, options } = workerData;
const router = await fitRouter(readRecords(records), hashingEmbedder(), {
  ...options,
  onProgress: (progress) => parentPort.postMessage({ progress }),
});
parentPort.postMessage({ state: router.toJSON() });
