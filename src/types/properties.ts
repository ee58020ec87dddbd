/**
 * What the declarations for frameworks are made of: mapped types over the class and its events, so that each property and
 * each event is named in one place. Types alone.
 */

import type { VitumobPayElement } from '../element/vitumob-pay-element.js';

type Reactive = (typeof VitumobPayElement)['properties'];

/** A class has no private names among its keys. */
type PropertyName = Extract<keyof Reactive, keyof VitumobPayElement>;

/** Every property that a page may set, by its name in JavaScript: `orderId`. A number may be written as text too. */
export type VitumobPayProperties = {
  [Name in PropertyName]?:
    VitumobPayElement[Name] | (VitumobPayElement[Name] extends number ? `${number}` : never) | undefined;
};

/** Every attribute, by its name in HTML: `order-id`. */
export type VitumobPayAttributes = {
  [
    Name in PropertyName as Reactive[Name] extends { attribute: boolean } ? never : Kebab<Name>
  ]?: VitumobPayProperties[Name];
};

/** `orderId` → `order-id`. */
type Kebab<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Kebab<Rest>}`
  : Name;
