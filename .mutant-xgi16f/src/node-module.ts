/** A module of Node's, without an import that a bundler for the page would follow; `undefined` elsewhere. */
export function nodeModule(name: string): unknown {
  return (globalThis as { process?: { getBuiltinModule?(id: string): unknown } }).process?.getBuiltinModule?.(name);
}
