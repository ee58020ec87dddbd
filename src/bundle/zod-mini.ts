/**
 * Stands in for `zod/mini` in the one file for script tags, where zod would be a fifth of what a customer waits for. It
 * does for the kinds of schema that `client/schemas.ts` uses what zod does, and a test holds it to that. In the npm
 * package it is zod itself that looks.
 */

interface Schema<Value> {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: Value };
}

const NO_MATCH = { success: false };

export function string(): Schema<string> {
  return { safeParse: (value) => (typeof value === 'string' ? { success: true, data: value } : NO_MATCH) };
}

export function number(): Schema<number> {
  return { safeParse: (value) => (Number.isFinite(value) ? { success: true, data: value as number } : NO_MATCH) };
}

export function literal<Value>(expected: Value): Schema<Value> {
  return { safeParse: (value) => (value === expected ? { success: true, data: expected } : NO_MATCH) };
}

export function unknown(): Schema<unknown> {
  return { safeParse: (data) => ({ success: true, data }) };
}

export function optional<Value>(schema: Schema<Value>): Schema<Value | undefined> {
  return { safeParse: (value) => (value === undefined ? { success: true, data: value } : schema.safeParse(value)) };
}

export function union(schemas: readonly Schema<unknown>[]): Schema<unknown> {
  return {
    safeParse: (value) => schemas.map((schema) => schema.safeParse(value)).find(({ success }) => success) ?? NO_MATCH,
  };
}

/** An object that has the keys of `shape`, and perhaps others. */
export function looseObject(shape: Readonly<Record<string, Schema<unknown>>>): Schema<Record<string, unknown>> {
  return {
    safeParse(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO_MATCH;
      const data = value as Record<string, unknown>;
      const fits = Object.entries(shape).every(([key, schema]) => schema.safeParse(data[key]).success);
      return fits ? { success: true, data } : NO_MATCH;
    },
  };
}
