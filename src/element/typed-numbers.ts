/**
 * What customers have typed, by order, for as long as the page lives: shops replace the element by a new one of the same
 * order (innerHTML, htmx, Turbo, WooCommerce's fragments), in whatever order they remove the old and insert the new.
 */

export interface TypedNumber {
  readonly text: string;
  /** What the page had filled in. If it now fills in something else, that counts. */
  readonly prefill: string;
}

/** Where the caret was in a field that was removed with the focus in it. */
export type Caret = readonly [start: number | null, end: number | null];

export interface FieldOfOrder {
  readonly order: string;
  takeFocus(caret: Caret): void;
}

const MAX_ORDERS = 20;

const typed = new Map<string, TypedNumber>();
const fields = new Set<FieldOfOrder>();
/** Of a field that was removed while no other of its order was in the page. */
let lostFocus: { readonly order: string; readonly caret: Caret } | undefined;

const nothingHasFocus = () => !document.activeElement || document.activeElement === document.body;

export function typedNumber(order: string): TypedNumber | undefined {
  return typed.get(order);
}

/** @param number `undefined` forgets it */
export function rememberTyped(order: string, number: TypedNumber | undefined): void {
  typed.delete(order);
  if (number) typed.set(order, number);
  const [oldest] = typed.keys();
  if (typed.size > MAX_ORDERS && oldest !== undefined) typed.delete(oldest);
}

export function fieldConnected(field: FieldOfOrder): void {
  fields.add(field);
  const lost = lostFocus;
  if (lost && nothingHasFocus() && lost.order !== field.order) return;
  lostFocus = undefined;
  // Something else may have taken the focus since.
  if (lost && nothingHasFocus()) field.takeFocus(lost.caret);
}

/** @param caret if the focus was in the field */
export function fieldDisconnected(field: FieldOfOrder, caret: Caret | undefined): void {
  fields.delete(field);
  if (!caret || !nothingHasFocus()) return;
  const heir = [...fields].find(({ order }) => order === field.order);
  if (heir) heir.takeFocus(caret);
  else lostFocus = { order: field.order, caret };
}
