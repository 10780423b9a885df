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

/** Runs a program; an error is said in its own words, on stderr, with exit code 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}

/** A paragraph in lines of at most 110 characters, a number and its % on one. */
export const wrapped = (text: string): string => text.replace(/(.{1,110})(?: (?!%)|$)/g, '$1\n').trimEnd();
