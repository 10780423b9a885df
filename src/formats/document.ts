import * as z from 'zod/mini';
import { describe, mismatch, pathOf, reading } from '../validation.js';

/**
 * Reads a document of somebody else's format, as its schema describes it: keys that the schema does not name are left alone. Every part of a
 * schema carries what it expects as its error text.
 *
 * @param place - what the document is called in messages, for example `files[2]`
 * @throws RouterError `invalid_records` by place: `files[2].records[17].score: expected …`
 */
export function readDocument<T>(schema: z.ZodMiniType<T>, value: unknown, place: string): T {
  return reading('invalid_records', place, () => {
    // jitless: zod would otherwise try `new Function`, which edge workers and strict pages refuse.
    const { error, data } = schema.safeParse(value, { jitless: true, reportInput: true });
    if (!error) return data;
    const { path, message, input } = error.issues[0]!;
    throw mismatch('invalid_records', place + pathOf(path), message, describe(input));
  });
}

export const string: z.ZodMiniType<string> = z.string('a string');

/** Any number: what is negative or not finite counts as not measured. */
export const measurement: z.ZodMiniType<number | null | undefined> = z.nullish(
  z.custom<number>((value) => typeof value === 'number', 'a number'),
);

/** A score, or `null` where it was not observed. */
export const unitScore: z.ZodMiniType<number | null> = z.nullable(
  z.number('a number from 0 to 1').check(z.gte(0, 'a number from 0 to 1'), z.lte(1, 'a number from 0 to 1')),
);

export const position: z.ZodMiniType<number | string> = z.union([z.number(), z.string()], 'a number or a string');
