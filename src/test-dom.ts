import { isServer } from 'lit';

const RECIPE = 'See "With vitest" in docs/testing.md';

/** In a DOM that tests have set up in Node: says what keeps the element from rendering in it, as an error in the console. */
export function checkTestDom(): void {
  const { process, document } = globalThis as { process?: { versions?: { node?: string } }; document?: Document };
  const window = document?.defaultView;
  // A server has no window, even if it has some kind of document.
  if (!process?.versions?.node || !window) return;
  const missing = [
    ...['IntersectionObserver', 'matchMedia'].filter((name) => !Reflect.get(window, name)),
    ...('attachInternals' in HTMLElement.prototype ? [] : ['HTMLElement.prototype.attachInternals']),
  ];
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Lit for servers says true
  if (isServer)
    console.error(
      `<vitumob-pay> renders nothing here: Node has loaded Lit's build for servers. Set the condition "browser". ${RECIPE}.`,
    );
  else if (missing.length > 0)
    console.error(`<vitumob-pay> cannot render here: this DOM has no ${missing.join(', ')}. Add stand-ins. ${RECIPE}.`);
}
