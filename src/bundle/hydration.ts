/** Stands in for `hydration.ts` in the one file, which renders anew what a server has rendered. */

export { LitElement as HydratableElement } from './lit.js';
export const isHydrating = false;
export const isServer = false;
