/** One of the threads of run.ts: routes its queries with a router loaded from JSON, and tells what came out. */
import { parentPort, workerData } from 'node:worker_threads';
import { routeAll } from './route-all.mjs';

parentPort.postMessage(await routeAll(workerData));
