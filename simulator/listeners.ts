/** The smallest publisher: listeners by subscription, each told of every change. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** How many are listening. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Returns the function that ends the subscription. */
  add(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}
