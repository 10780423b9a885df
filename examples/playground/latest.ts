/** Runs one call at a time; of those that come meanwhile only the last is run, afterwards. */
export function latest<T>(run: (argument: T) => Promise<void>): (argument: T) => void {
  let isRunning = false;
  let waiting: { readonly argument: T } | undefined;
  const next = async (): Promise<void> => {
    isRunning = true;
    while (waiting) {
      const { argument } = waiting;
      waiting = undefined;
      await run(argument);
    }
    isRunning = false;
  };
  return (argument) => {
    waiting = { argument };
    if (!isRunning) void next();
  };
}
