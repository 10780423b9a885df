import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fitRouter, hashingEmbedder, splitRecords, type RoutingRecord } from 'pareto-router';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alphaOf, readArguments } from '../../examples/evaluate/arguments.js';
import { modelsOf, readInput, splitInput } from '../../examples/evaluate/input.js';
import { prepareOutput } from '../../examples/evaluate/output.js';
import { readJsonl } from '../../examples/jsonl.js';
import { byLine } from '../../examples/records-file.js';

const hint = '\nnpm run evaluate -- --help lists the options';
let folder: string;
const path = (name: string): string => join(folder, name);
async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(path(name), content);
  return path(name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-line-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('arguments of evaluate', () => {
  it('are read by kind, the command line over the configuration', async () => {
    const config = await file('config.json', '\uFEFF{"seed": 7, "excluded_models": ["a", "b"], "rule": "paper"}');
    expect(await readArguments(['--config', config, '--rule=global', '--shrinkage', '0'])).toEqual({
      config,
      seed: 7,
      'excluded-models': ['a', 'b'],
      rule: 'global',
      shrinkage: 0,
    });
    expect(await readArguments(['-h'])).toBe('help');
    expect(alphaOf({ 'performance-weight': 3, 'cost-sensitivity': 1 })).toBe(0.75);
  });

  it.each<[string[], string]>([
    [['--topp', '3'], '--topp: unknown option'],
    [['records.jsonl'], "expected an option, got 'records.jsonl'"],
    [['--input'], '--input: expected a value, got none'],
    [['--input', '--seed', '3'], '--input: expected a value, got none'],
    [['--seed', '-1'], "--seed: expected a whole number from 0 to 4294967295, got '-1'"],
    [['--clusters', 'many'], "--clusters: expected a whole number ≥ 1, got 'many'"],
    [['--max-router', '0'], "--max-router: expected a whole number ≥ 1, got '0'"],
    [['--train-ratio', '1'], "--train-ratio: expected a number between 0 and 1, got '1'"],
    [['--shrinkage', 'Infinity'], "--shrinkage: expected a number ≥ 0, got 'Infinity'"],
    [['--rule', 'best'], "--rule: expected global, paper, reference or overall, got 'best'"],
    [['--estimator', 'mean'], "--estimator: expected kernel, linear or nearest, got 'mean'"],
    [['--dataset-exclusion-mode', 'firm'], "--dataset-exclusion-mode: expected hard or soft, got 'firm'"],
    [['--excluded-models', ''], "--excluded-models: expected names with commas between them, got ''"],
    [['--excluded-datasets', 'a,'], "--excluded-datasets: expected names with commas between them, got 'a,'"],
  ])('%j are refused', async (words, message) => {
    await expect(readArguments(words)).rejects.toThrow(new Error(message + hint));
  });

  it('need both weights', () => {
    const place = '--performance-weight and --cost-sensitivity: expected two numbers ≥ 0 that are not both 0, got ';
    expect(() => alphaOf({ 'performance-weight': 1 })).toThrow(new Error(`${place}1 and none`));
    expect(() => alphaOf({ 'performance-weight': 0, 'cost-sensitivity': 0 })).toThrow(new Error(`${place}0 and 0`));
  });

  it.each<[string, string]>([
    ['[1, 2]', ': expected a JSON object of options, got an array'],
    ['null', ': expected a JSON object of options, got null'],
    ['{"topp": 3}', ', topp: unknown option'],
    ['{"config": "x"}', ', config: unknown option'],
    ['{"seed": -1}', ", seed: expected a whole number from 0 to 4294967295, got '-1'"],
    ['{"input": {}}', ', input: expected a string, a number or an array of names, got {}'],
  ])('in a configuration %s are refused', async (json, message) => {
    const config = await file('config.json', json);
    await expect(readArguments(['--config', config])).rejects.toThrow(new Error(config + message));
  });

  it('in a configuration that is no JSON are refused by line and column, a missing one by name', async () => {
    const config = await file('config.json', '{\n  "seed": 7,\n}');
    await expect(readArguments(['--config', config])).rejects.toThrow(
      `${config}, line 3, column 1: expected JSON, got `,
    );
    const missing = `${path('nowhere')}: expected a JSON object of options, got no such file`;
    await expect(readArguments(['--config', path('nowhere')])).rejects.toThrow(new Error(missing));
  });
});

describe('prepareOutput', () => {
  it('makes folders, and refuses before the run what cannot be written', async () => {
    const taken = await file('taken', '');
    expect(await prepareOutput({ output: path('new/folder'), 'export-cluster': path('other/c.json') })).toEqual({
      folder: path('new/folder'),
      clusters: path('other/c.json'),
    });
    const inFolder = { output: folder };
    await mkdir(path('sub'), { recursive: true });
    await expect(prepareOutput({ output: taken })).rejects.toThrow(
      new Error(`--output: expected a folder that can be written, got ${taken}: a file in place of a folder`),
    );
    await expect(prepareOutput({ ...inFolder, 'export-cluster': join(taken, 'c.json') })).rejects.toThrow(
      new Error(
        `--export-cluster: expected a file that can be written, got ${taken}/c.json: a file in place of a folder`,
      ),
    );
    await expect(prepareOutput({ ...inFolder, 'export-cluster': path('sub') })).rejects.toThrow(
      new Error(`--export-cluster: expected a file to write, got the directory ${path('sub')}`),
    );
  });
});

const record = (i: number, score: unknown = 1): string =>
  JSON.stringify({ query: `q${i}`, records: { a: score, b: 0 }, dataset: i % 2 ? 'odd' : 'even' });
const answer = (i: number, model: string, score: unknown = 1): string =>
  JSON.stringify({ query: `q${i}`, model, score, cost: 0.5, dataset: 'd' });

describe('records of a file', () => {
  it('are read with a byte order mark, blank lines, from gzip, and from one answer a line', async () => {
    const plain = await file('plain.jsonl', `\uFEFF${record(0)}\r\n\r\n${record(1)}`);
    const { records, lines } = await readJsonl(plain);
    expect(records.map(({ query }) => query)).toEqual(['q0', 'q1']);
    expect(records.map((one) => lines.get(one))).toEqual([1, 3]);
    const packed = await file('packed', gzipSync(await readFile(plain)));
    expect((await readJsonl(packed)).records).toEqual(records);

    const long = await readJsonl(
      await file('long.jsonl', [answer(7, 'a'), answer(8, 'a'), '', answer(7, 'b', 0)].join('\n')),
    );
    expect(long.records).toMatchObject([
      { query: 'q7', dataset: 'd', records: { a: 1, b: 0 }, usages: { a: { cost: 0.5 }, b: { cost: 0.5 } } },
      { query: 'q8', records: { a: 1 } },
    ]);
    expect(long.records.map((one) => long.lines.get(one))).toEqual([1, 2]);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '\n\n', ': expected one JSON object a line, got an empty file'],
    [
      'an array',
      '[{"query": "q"}]',
      ", line 1: expected one JSON object a line, got a JSON array (jq -c '.[]' makes lines of it)",
    ],
    ['an indented object', '{\n  "query": "q"\n}', ', line 1: expected one JSON object a line, got "{"'],
    ['CSV', 'query,model,score', ', line 1: expected one JSON object a line, got "query,model,score"'],
    ['a broken line', `${record(0)}\n\n{"query": `, ', line 3: expected one JSON object a line, got "{\\"query\\":"'],
    [
      'UTF-16',
      Buffer.from(`\uFEFF${record(0)}`, 'utf16le'),
      ': expected a file of records, got UTF-16 in place of UTF-8',
    ],
    ['both forms', `${record(0)}\n${answer(1, 'a')}`, ', line 2: expected a record as in line 1, got an answer'],
    [
      'a bad answer',
      `${answer(0, 'a')}\n\n${answer(1, 'a', 71)}`,
      ', line 3, score: expected a score in [0, 1], a boolean or null, got 71',
    ],
  ])('are refused where they are %s', async (_, content, message) => {
    const bad = await file('bad.jsonl', content);
    await expect(readJsonl(bad)).rejects.toThrow(bad + message);
  });

  it('are refused where there is no file, or a directory', async () => {
    const expected = 'expected a file of records, got';
    await expect(readJsonl(path('none'))).rejects.toThrow(new Error(`${path('none')}: ${expected} no such file`));
    await expect(readJsonl(folder)).rejects.toThrow(new Error(`${folder}: ${expected} a directory`));
  });

  it('are named by their line on whichever side of a split they fall', async () => {
    for (let broken = 0; broken < 10; broken++) {
      const lines = Array.from({ length: 10 }, (_, i) => record(i, i === broken ? 71 : 1));
      // Line 1 + 2·i holds record i.
      const read = await readJsonl(await file('broken.jsonl', lines.join('\n\n')));
      const whole = async (): Promise<unknown> => {
        const parts = await byLine(read, read.records, () => splitRecords(read.records));
        return Promise.all(
          [parts.train, parts.test].map((part) => byLine(read, part, () => fitRouter(part, hashingEmbedder()))),
        );
      };
      const where = `${read.path}, line ${1 + 2 * broken}, records.a`;
      await expect(whole()).rejects.toThrow(`${where}: expected a score in [0, 1], a boolean or null, got 71`);
    }
  });

  it('are called by the name of the file without its path, and embedded from a second file', async () => {
    const input = await file('named.jsonl', [record(0), record(1)].join('\n'));
    const embeddings = await file('vectors.f32', new Uint8Array(Float32Array.of(1, 0, 0, 1, 0, 0).buffer));
    const read = await readInput({ input, embeddings });
    expect(read.source).toBe('2 records of named.jsonl');
    expect(read.embedder).toEqual({ id: 'vectors.f32', dimensions: 3 });
    expect(read.records.map(({ embedding }) => [...Array.from(embedding!)])).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    await expect(readInput({ input, embeddings: await file('odd.f32', new Uint8Array(12)) })).rejects.toThrow(
      new Error(`${path('odd.f32')}: expected a multiple of 2 numbers of 4 bytes (one row a record), got 12 bytes`),
    );
    await expect(readInput({ input, embeddings: path('none') })).rejects.toThrow(
      new Error(`${path('none')}: expected Float32 embeddings, got no such file`),
    );
  });
});

describe('exclusions', () => {
  const records = Array.from({ length: 10 }, (_, i) => JSON.parse(record(i)) as RoutingRecord);
  const input = {
    records,
    source: '',
    embedder: { id: 'e', dimensions: 1 },
    naming: async <T>(_: unknown, action: () => T | Promise<T>) => action(),
  };

  it('take datasets away hard or soft', async () => {
    const hard = await splitInput(input, { 'excluded-datasets': ['odd'], 'train-ratio': 0.8 });
    expect([hard.train.length, hard.test.length]).toEqual([4, 1]);
    const soft = await splitInput(input, {
      'excluded-datasets': ['odd'],
      'dataset-exclusion-mode': 'soft',
      'train-ratio': 0.8,
    });
    expect([soft.train.length, soft.test.length]).toEqual([9, 1]);
    expect(modelsOf(records, { 'excluded-models': ['a'] })).toEqual(['b']);
  });

  it('are refused where they name nothing or everything', async () => {
    expect(() => modelsOf(records, { 'excluded-models': ['c'] })).toThrow(
      new Error("--excluded-models: expected a model of the records (a, b), got 'c'"),
    );
    expect(() => modelsOf(records, { 'excluded-models': ['b', 'a'] })).toThrow(
      new Error('--excluded-models: expected a model to be left, got all of them'),
    );
    await expect(splitInput(input, { 'excluded-datasets': ['c'] })).rejects.toThrow(
      new Error("--excluded-datasets: expected a dataset of the records (even, odd), got 'c'"),
    );
    await expect(splitInput(input, { 'excluded-datasets': ['odd', 'even'] })).rejects.toThrow(
      '--excluded-datasets: expected records to fit on and others to measure on, got 0 and 0',
    );
    await expect(splitInput(input, { 'train-ratio': 0.01 })).rejects.toThrow(
      '--train-ratio: expected records to fit on and others to measure on, got 0 and 10',
    );
  });
});
