import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { compileSchemas } from '../../build/compile-schemas.js';
import * as wire from '../../src/client/schemas.js';

type Result = { success: true; data: unknown } | { success: false };
type Compiled = Record<string, () => { safeParse(value: unknown): Result }>;
type Schemas = Readonly<Record<string, () => $ZodType>>;

async function load(schemas: Schemas): Promise<Compiled> {
  return (await import(`data:text/javascript,${encodeURIComponent(compileSchemas(schemas))}`)) as Compiled;
}

/** One of each construct that is understood, in the company in which it has to be told apart. */
const constructs = {
  string: () => z.string(),
  number: () => z.number(),
  boolean: () => z.boolean(),
  nothing: () => z.null(),
  anything: () => z.unknown(),
  literal: () => z.literal('receipt'),
  literals: () => z.literal(['receipt', 1, null]),
  enumeration: () => z.enum(['paid', 'failed']),
  bounded: () => z.string().check(z.minLength(1), z.maxLength(3)),
  nullable: () => z.nullable(z.string()),
  union: () => z.union([z.string(), z.number(), z.looseObject({ code: z.string() })]),
  list: () => z.array(z.union([z.string(), z.null()])),
  listOfAnything: () => z.array(z.unknown()),
  lists: () => z.array(z.array(z.object({ code: z.number() }))),
  record: () => z.record(z.string(), z.union([z.string(), z.number()])),
  anyObject: () => z.looseObject({}),
  loose: () => z.looseObject({ code: z.string(), value: z.optional(z.number()) }),
  required: () => z.looseObject({ code: z.unknown() }),
  stripped: () => z.object({ code: z.string(), value: z.optional(z.unknown()) }),
  strict: () => z.strictObject({ code: z.string() }),
  others: () => z.catchall(z.object({ code: z.string() }), z.number()),
  nested: () =>
    z.looseObject({ value: z.object({ code: z.union([z.string(), z.number()]) }), code: z.optional(z.string()) }),
  stripsOneOf: () => z.union([z.object({ code: z.string() }), z.looseObject({ value: z.number() })]),
  optionalList: () => z.object({ value: z.optional(z.array(z.object({ code: z.string() }))) }),
  nullableObject: () => z.nullable(z.object({ code: z.string() })),
} satisfies Schemas;

/** Names and values that the schemas know, so that many values fit and many miss by one thing. */
const known = [
  ...new Set(Object.values({ ...constructs, ...wire }).flatMap((schema) => words(z.toJSONSchema(schema())))),
];

function words(json: unknown): string[] {
  if (typeof json === 'string') return [json];
  if (!(json instanceof Object)) return [];
  return Object.entries(json).flatMap(([key, value]) => [key, ...words(value)]);
}

const values = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(...known, '', 0, 1, -0, 1032, NaN, Infinity, true, null, undefined),
    fc.string(),
    fc.double(),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('code', 'value'), tie('any'), { noNullPrototype: true }),
    fc.dictionary(fc.constantFrom(...known), tie('any'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).any;

/** A value that the schema accepts, by zod's word or nearly so: built from its JSON Schema. */
function fitting(json: Record<string, unknown>): fc.Arbitrary<unknown> {
  const { anyOf, properties, items, type } = json as {
    anyOf?: Record<string, unknown>[];
    properties?: Record<string, Record<string, unknown>>;
    items?: Record<string, unknown>;
    type?: string | string[];
  };
  if ('const' in json) return fc.constant(json['const']);
  if (Array.isArray(json['enum'])) return fc.constantFrom<unknown>(...(json['enum'] as unknown[]));
  if (anyOf) return fc.oneof(...anyOf.map(fitting));
  if (items) return fc.array(fitting(items), { maxLength: 3 });
  const kind = Array.isArray(type) ? type[0] : type;
  if (kind === 'object') {
    const known = Object.fromEntries(Object.entries(properties ?? {}).map(([key, member]) => [key, fitting(member)]));
    const required = (json['required'] ?? []) as never[];
    return fc
      .tuple(
        fc.record(known, { requiredKeys: required }),
        fc.dictionary(fc.string({ maxLength: 3 }), values, { maxKeys: 1, noNullPrototype: true }),
      )
      .map(([own, more]) => ({ ...more, ...own }));
  }
  if (kind === 'string') return fc.string({ maxLength: 4 });
  if (kind === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (kind === 'boolean') return fc.boolean();
  return kind === 'null' ? fc.constant(null) : values;
}

describe('A compiled schema', () => {
  for (const [name, schema] of Object.entries<() => $ZodType>({ ...constructs, ...wire })) {
    it(`accepts what zod accepts, refuses what zod refuses, and hands on the same: ${name}`, async () => {
      const compiled = (await load({ [name]: schema }))[name]!();
      const real = z.toJSONSchema(schema(), { io: 'input' });
      const seen = { accepted: 0, refused: 0 };
      fc.assert(
        fc.property(fc.oneof(values, fitting(real)), (value) => {
          const expected = z.safeParse(schema(), value);
          seen[expected.success ? 'accepted' : 'refused']++;
          const { success, data } = { data: undefined, ...compiled.safeParse(value) };
          assert.equal(success, expected.success);
          assert.deepEqual(data, expected.data);
        }),
        { numRuns: 2000 },
      );
      // A table of values that all fare alike would show nothing.
      assert.ok(seen.accepted > 100, `${String(seen.accepted)} values were accepted`);
      assert.ok(name === 'anything' || seen.refused > 100, `${String(seen.refused)} values were refused`);
    });
  }

  it('takes no instance of a class for a record, as zod does not', async () => {
    const { record } = await load({ record: constructs.record });
    for (const value of [new Date(), new Map(), Object.create(null), { a: 1 }, Object.create({ constructor: 1 })]) {
      assert.equal(record!().safeParse(value).success, constructs.record().safeParse(value).success);
    }
  });

  const beyond: Schemas = {
    'a keyword': () => z.string().check(z.regex(/^\d+$/)),
    'a bound': () => z.number().check(z.gt(0)),
    'a list’s length': () => z.array(z.string()).check(z.minLength(1)),
    'a tuple': () => z.tuple([z.string()]),
    'an integer': () => z.int(),
    'a discriminated union': () =>
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    'an intersection': () => z.intersection(z.looseObject({}), z.looseObject({})),
    'a refinement': () => z.string().check(z.refine((text) => text.startsWith('ws_'))),
    'a refinement deep inside': () => z.looseObject({ code: z.array(z.string().check(z.refine(() => true))) }),
    'a transform': () =>
      z.pipe(
        z.string(),
        z.transform((text) => text.length),
      ),
    'a default': () => z._default(z.string(), ''),
    'a fallback': () => z.catch(z.string(), ''),
    'a coercion': () => z.coerce.string(),
    'a schema that names itself': () => {
      const tree: z.ZodMiniType = z.looseObject({ tree: z.optional(z.lazy(() => tree)) });
      return tree;
    },
    'a record of numbers’ names': () => z.record(z.enum(['a', 'b']), z.string()),
    'not a number': () => z.literal(NaN),
    'a bigint': () => z.bigint(),
  };

  for (const [name, schema] of Object.entries(beyond)) {
    it(`stops the build rather than mean something else: ${name}`, () => {
      assert.throws(() => compileSchemas({ outcome: schema }), /^Error: outcome cannot be compiled: /);
    });
  }

  it('stops the build if the module exports anything but schemas', () => {
    const exports = { helper: (() => 'text') as unknown as () => $ZodType };
    assert.throws(() => compileSchemas(exports), /^Error: helper cannot be compiled: /);
  });
});
