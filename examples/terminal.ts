import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** A bar on stderr while a person watches; nothing in a pipe. */
export class ProgressBar {
  readonly #bar = new SingleBar({ format: '{stage} {bar} {value}/{total}', hideCursor: true, clearOnComplete: true });
  readonly #shown = process.stderr.isTTY;

  constructor() {
    if (this.#shown) this.#bar.start(1, 0, { stage: '' });
  }

  /** An `onProgress` for the library: the promise gives the terminal a turn. */
  readonly report = ({ stage, completed, total }: { stage: string; completed: number; total: number | null }) => {
    if (this.#shown) {
      this.#bar.setTotal(total ?? completed);
      this.#bar.update(completed, { stage: stage.padEnd(10) });
    }
    return new Promise((resolve) => setImmediate(resolve));
  };

  stop(): void {
    if (this.#shown) this.#bar.stop();
  }
}

/** Columns set apart by space, a rule below the head; bold and grey on a terminal only. */
export function plainTable(head: string[], colAligns: ('left' | 'right')[]): InstanceType<typeof Table> {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const sides = ['left', 'right', 'left-mid', 'right-mid'];
  return new Table({
    head,
    colAligns,
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: process.stdout.isTTY ? ['gray'] : [], compact: true },
    chars: {
      ...Object.fromEntries([...none, ...sides].map((name) => [name, ''])),
      middle: ' ',
      mid: '─',
      'mid-mid': '─',
    },
  });
}

/** On a terminal only. */
export const bold = (text: string): string => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);

/** Runs a program; an error is said in its own words, on stderr, with exit code 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

/** Characters a line: those of the terminal, and no more than read well. */
export const lineWidth = (): number => Math.min(terminalWidth(), 110);

/** Where there is no terminal, a wide one. */
export const terminalWidth = (): number => (process.stdout as { columns?: number }).columns ?? 110;

/** A paragraph in lines of at most so many characters, a number and its % on one. */
export function wrapped(text: string, width: number = lineWidth()): string {
  return text.replace(new RegExp(`(.{1,${width}})(?: (?!%)|$)`, 'g'), '$1\n').trimEnd();
}
