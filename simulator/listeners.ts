/** The smallest publisher. An `EventTarget` would need an event class and a cast for every kind of value. */
export class Listeners<Value = void> {
  readonly #listeners = new Set<(value: Value) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  /** Calls back at every change, until the function that it returns is called. */
  add(listener: (value: Value) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(value: Value): void {
    for (const listener of this.#listeners) listener(value);
  }
}
