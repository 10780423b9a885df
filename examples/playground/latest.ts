/** Runs one call at a time; of those that come meanwhile only the last is run, afterwards. */
export function latest<Args extends unknown[]>(run: (...args: Args) => Promise<void>): (...args: Args) => void {
  let isRunning = false;
  let waiting: Args | undefined;
  const next = async (): Promise<void> => {
    isRunning = true;
    while (waiting) {
      const args = waiting;
      waiting = undefined;
      await run(...args);
    }
    isRunning = false;
  };
  return (...args) => {
    waiting = args;
    if (!isRunning) void next();
  };
}
