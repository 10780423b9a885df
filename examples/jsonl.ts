import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RoutingRecord } from 'pareto-router';

/** Streams records from a file, one JSON object a line; empty lines are skipped, and an error names its line. */
export async function readJsonl(path: string): Promise<RoutingRecord[]> {
  const records: RoutingRecord[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    line++;
    if (text.trim() === '') continue;
    try {
      records.push(JSON.parse(text) as RoutingRecord);
    } catch (cause) {
      throw new Error(`${path}, line ${line}: ${(cause as Error).message}`, { cause });
    }
  }
  return records;
}
