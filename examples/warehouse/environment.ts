/** What Spark needs and npm cannot install: a Java, and a Python environment of its own beside this file. */
import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const bin = here('.venv/bin/');

/** Installs `requirements.txt` into `.venv`, which takes minutes the first time; or says why it cannot. */
export async function install(): Promise<{ missing: string } | undefined> {
  if (process.platform === 'win32') return { missing: 'Spark runs here on Linux and macOS only' };
  try {
    const { stderr } = await run('java', ['-version']);
    const version = Number(/version "(\d+)/.exec(stderr)?.[1]);
    if (!(version >= 17)) return { missing: `Spark 4 needs Java 17 or later, and this is ${stderr.split('\n')[0]}` };
  } catch {
    return { missing: 'Spark 4 needs Java 17 or later, and there is no java' };
  }
  try {
    await run('python3', ['-m', 'venv', here('.venv')]);
    await run(`${bin}pip`, ['install', '--quiet', '--requirement', here('requirements.txt')]);
  } catch (error) {
    return { missing: `the packages of requirements.txt cannot be installed: ${(error as Error).message}` };
  }
  return undefined;
}

/** What a finished program printed, and what it took. */
export interface Finished {
  readonly stdout: string;
  readonly seconds: number;
  /** Of it and all its children, looked at twice a second; NaN where there is no /proc. */
  readonly processorSeconds: number;
  /** The most memory that they held at once. */
  readonly peakBytes: number;
}

/** Runs a program of the environment. @throws Error with the end of its stderr */
export async function runPython(program: 'python' | 'spark-submit', args: readonly string[]): Promise<Finished> {
  const started = performance.now();
  const env = { ...process.env, PYSPARK_PYTHON: `${bin}python`, SPARK_LOCAL_IP: '127.0.0.1' };
  const child = spawn(`${bin}${program}`, args, { cwd: here('.'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-4000)));
  let peakBytes = 0;
  const secondsOf = new Map<number, number>();
  const timer = setInterval(() => {
    void treeOf(child.pid!).then((tree) => {
      peakBytes = Math.max(peakBytes, sum(tree.map(({ bytes }) => bytes)));
      for (const { pid, seconds } of tree) secondsOf.set(pid, seconds);
    });
  }, 500);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    clearInterval(timer);
  });
  if (code !== 0) throw new Error(`${program} ${args[0]}: expected exit code 0, got ${code}\n${stderr}`);
  const seconds = (performance.now() - started) / 1000;
  if (secondsOf.size === 0) return { stdout, seconds, processorSeconds: NaN, peakBytes: NaN };
  return { stdout, seconds, processorSeconds: sum([...secondsOf.values()]), peakBytes };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** A process and all that descend from it, as Linux tells. */
async function treeOf(root: number): Promise<Process[]> {
  const names = await readdir('/proc').catch(() => [] as string[]);
  const texts = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  const processes = texts.filter(Boolean).map((text): Process => {
    // Behind the name, which may hold anything: state, parent, …; times in 1/100 s, resident pages of 4 KiB.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return {
      pid: parseInt(text),
      parent: fields[1]!,
      seconds: (fields[11]! + fields[12]!) / 100,
      bytes: 4096 * fields[21]!,
    };
  });
  const tree = new Set([root]);
  for (let before = 0; before < tree.size;) {
    before = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.filter(({ pid }) => tree.has(pid));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
