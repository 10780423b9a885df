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
  /** The most memory that it and all its children held at once, looked at twice a second; NaN where there is no /proc. */
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
  let peakBytes = NaN;
  const timer = setInterval(() => {
    void treeBytes(child.pid!).then((bytes) => (peakBytes = Math.max(bytes, Number.isNaN(peakBytes) ? 0 : peakBytes)));
  }, 500);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    clearInterval(timer);
  });
  if (code !== 0) throw new Error(`${program} ${args[0]}: expected exit code 0, got ${code}\n${stderr}`);
  return { stdout, seconds: (performance.now() - started) / 1000, peakBytes };
}

/** Resident memory of a process and all that descend from it. */
async function treeBytes(root: number): Promise<number> {
  const processes = await readdir('/proc').catch(() => [] as string[]);
  const status = await Promise.all(
    processes
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')),
  );
  const number = (text: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const all = status.map((text) => ({
    pid: number(text, 'Pid'),
    parent: number(text, 'PPid'),
    kilobytes: number(text, 'VmRSS'),
  }));
  const tree = new Set([root]);
  for (let before = 0; before < tree.size;) {
    before = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  const own = all.filter(({ pid }) => tree.has(pid));
  return own.length === 0 ? NaN : 1024 * own.reduce((sum, { kilobytes }) => sum + kilobytes, 0);
}
