/**
 * What a page may set: for each property its attribute, its default, and how a value is read. A value that cannot be
 * used counts as the default and is named in the console; no setter throws.
 */

import type { PropertyDeclaration, ReactiveElement } from 'lit';
import { DEFAULT_PUSH_URL, DEFAULT_TOKEN_URL } from '../client/endpoints.js';
import type { Messages } from '../messages/index.js';
import { DEFAULT_MAX_AMOUNT, hasCents, isAmount } from '../model/amount.js';

export interface Property<Value, Attribute extends string | false = string> extends PropertyDeclaration {
  readonly attribute: Attribute;
  /** Lit makes no accessor: {@link defineAccessors} does. */
  readonly noAccessor: true;
  readonly byDefault: Value;
  /** Gives `undefined` for a value that cannot be used. */
  readonly read: (value: unknown) => Value | undefined;
  /** What a value that can be used is, for the console. */
  readonly expected?: string;
}

const CREDENTIALS: readonly unknown[] = ['omit', 'same-origin', 'include'] satisfies RequestCredentials[];

/** A text; a number is taken as its decimal, and anything else as no text. */
const text = (attribute: string, byDefault = ''): Property<string> => ({
  attribute,
  noAccessor: true,
  byDefault,
  read: (value) => (typeof value === 'string' || Number.isFinite(value) ? String(value) : ''),
});

const milliseconds = (attribute: string, byDefault: number): Property<number> => ({
  attribute,
  noAccessor: true,
  byDefault,
  read(value) {
    const ms = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
    return ms > 0 && ms < Infinity ? ms : undefined;
  },
  expected: 'a positive number of milliseconds',
});

/** `useDefault`: the default itself is not written to the attribute. */
const reflected = { reflect: true, useDefault: true } as const;

export const PROPERTIES = {
  orderId: text('order-id'),
  amount: text('amount'),
  maxAmount: text('max-amount', DEFAULT_MAX_AMOUNT),
  phone: text('phone'),
  tokenUrl: text('token-url', DEFAULT_TOKEN_URL),
  pushUrl: text('push-url', DEFAULT_PUSH_URL),
  statusUrl: text('status-url'),
  credentials: {
    attribute: 'credentials',
    noAccessor: true,
    byDefault: 'same-origin',
    read: (value) => (CREDENTIALS.includes(value) ? (value as RequestCredentials) : undefined),
    expected: 'omit, same-origin or include',
  } as Property<RequestCredentials>,
  timeout: milliseconds('timeout', 30_000),
  promptWindow: milliseconds('prompt-window', 120_000),
  business: text('business'),
  disabled: {
    attribute: 'disabled',
    type: Boolean,
    ...reflected,
    noAccessor: true,
    byDefault: false,
    read: Boolean,
  } as Property<boolean>,
  name: { ...text('name'), ...reflected },
  lang: { ...text('lang'), ...reflected },
  messages: {
    attribute: false,
    noAccessor: true,
    byDefault: {},
    read: (value) => (typeof value === 'object' && value ? value : undefined),
    expected: 'an object of texts',
  } as Property<Partial<Messages>, false>,
} as const;

/** What the page has given each element, as read; `undefined` stands for the default. */
const given = new WeakMap<object, Map<string, unknown>>();

/** Defines an accessor for each of the properties, in the way that Lit documents for `noAccessor`. */
export function defineAccessors(prototype: ReactiveElement): void {
  for (const [name, property] of Object.entries<Property<unknown, string | false>>(PROPERTIES)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: ReactiveElement) {
        return given.get(this)?.get(name) ?? property.byDefault;
      },
      set(this: ReactiveElement, value: unknown) {
        const values = given.get(this) ?? new Map<string, unknown>();
        const before = values.get(name) ?? property.byDefault;
        given.set(this, values.set(name, readProperty(name, property, value)));
        this.requestUpdate(name, before);
      },
    });
  }
}

function readProperty(name: string, property: Property<unknown, string | false>, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  const read = property.read(value);
  if (read === undefined) {
    // Not every value can be turned into text.
    const shown =
      typeof value === 'string' || typeof value === 'number' ? `"${value}"` : `a value of type ${typeof value}`;
    console.warn(
      `<vitumob-pay> ${property.attribute || name}: ${shown} is not ${property.expected ?? ''}; the default is used`,
    );
  }
  return read;
}

const warned = new WeakSet();

/** Once for each element. */
export function warnOfCents(element: { readonly amount: string }): void {
  const { amount } = element;
  if (warned.has(element) || !isAmount(amount) || !hasCents(amount)) return;
  warned.add(element);
  console.warn(
    `<vitumob-pay> amount: M-Pesa moves whole shillings only; the backend will round ${amount} up, and that is what the customer reads and pays`,
  );
}
