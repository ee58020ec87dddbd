/**
 * Loads a driver that may not be installed. The name is not written into an `import`, so that no bundler looks for a
 * driver that the page or the shop does not use.
 */
export async function loadDriver(name: string): Promise<unknown> {
  const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as { readonly default?: unknown };
  return module.default ?? module;
}
