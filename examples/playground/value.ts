/** A value that is watched. */
export class Value<T> {
  readonly #watchers: ((value: T) => void)[] = [];
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  /** Calls at once, and at every change, in the order of those who watch. */
  watch(watcher: (value: T) => void): void {
    this.#watchers.push(watcher);
    watcher(this.#value);
  }
}
