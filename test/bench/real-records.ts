import { readFileSync } from 'node:fs';
import type { RoutingRecord } from '../../src/index.js';

/**
 * Records with their embeddings, from the first two arguments of the command line: one record a line, and row-major little-endian Float32,
 * one row a record.
 */
export function readRealRecords(): { records: (RoutingRecord & { embedding: Float32Array })[]; dimensions: number } {
  const [recordsFile, embeddingsFile] = process.argv.slice(2);
  if (recordsFile === undefined || embeddingsFile === undefined) {
    throw new Error(`usage: npx tsx ${process.argv[1]} RECORDS.jsonl EMBEDDINGS.f32`);
  }
  const lines = readFileSync(recordsFile, 'utf8').split('\n').filter(Boolean);
  const bytes = readFileSync(embeddingsFile);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const dimensions = values.length / lines.length;
  const records = lines.map((line, i) => ({
    ...(JSON.parse(line) as RoutingRecord),
    embedding: values.subarray(i * dimensions, (i + 1) * dimensions),
  }));
  return { records, dimensions };
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b) / numbers.length;
}

/** Of the mean. */
export function standardError(numbers: readonly number[]): number {
  const squares = numbers.reduce((sum, value) => sum + (value - mean(numbers)) ** 2, 0);
  return Math.sqrt(squares / (numbers.length - 1) / numbers.length);
}
