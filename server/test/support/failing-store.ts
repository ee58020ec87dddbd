import type { Store } from '../../src/stores/store.js';

/** A store whose methods fail while they are named in `down`. */
export function failing(store: Store, down: Set<string>): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (down.has(String(name))) return Promise.reject(new Error('connection lost'));
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
