/**
 * zod decides what is believed of the wire, in the one file too, but zod itself stays at home: its schemas are turned into
 * plain checks while the file is built (docs/decisions/0013-the-one-file-on-real-lit.md). The checks are read off the JSON
 * Schema that zod makes of a schema. Whatever this file cannot express as zod means it stops the build.
 */

import type { Plugin } from 'vite';
import { toJSONSchema } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';

/** A schema as `src/client/schemas.ts` exports it: built at its first use. */
type LazySchema = () => $ZodType;

/** What zod makes of the schemas that are understood here. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

const KEYWORDS = new Set([
  ...['$schema', 'type', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items'],
  ...['anyOf', 'const', 'enum', 'minLength', 'maxLength'],
]);

/** Kinds of schema that JSON Schema words completely. A transform, a default or a refinement it leaves out in silence. */
const KINDS = new Set([
  ...['object', 'record', 'array', 'union', 'optional', 'nullable'],
  ...['string', 'number', 'boolean', 'null', 'literal', 'enum', 'unknown', 'any'],
]);
const CHECKS = new Set(['min_length', 'max_length']);

const TYPES: Readonly<Record<string, (value: string) => string>> = {
  object: (value) => `isObject(${value})`,
  array: (value) => `Array.isArray(${value})`,
  string: (value) => `typeof ${value} == 'string'`,
  // zod takes neither NaN nor Infinity for a number.
  number: (value) => `Number.isFinite(${value})`,
  boolean: (value) => `typeof ${value} == 'boolean'`,
  null: (value) => `${value} === null`,
};

const HELPERS = `
const isObject = (value) => typeof value == 'object' && value !== null && !Array.isArray(value);
const isPlain = (value) => {
  const prototype = Object.getPrototypeOf(value)?.constructor?.prototype;
  return !prototype || Object.hasOwn(prototype, 'isPrototypeOf');
};
const lazy = (accepts, read = (value) => value) => () => ({
  safeParse: (value) => accepts(value) ? { success: true, data: read(value) } : { success: false },
});
`;

/** The value at a key, as an expression. */
const at = (value: string, key: string): string => `${value}[${JSON.stringify(key)}]`;

/** A parameter's name that no enclosing function has. */
const inside = (value: string): string => `item${String(value.length)}`;

const all = (checks: readonly string[]): string => checks.filter((check) => check !== 'true').join(' && ') || 'true';

/** A JavaScript expression: whether `value`, itself an expression, fits. */
function accepts(schema: JsonSchema, value: string): string {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) throw new Error(`the keyword "${keyword}" is not understood`);
  }
  const { type, anyOf, minLength, maxLength } = schema;
  const checks: string[] = [];
  if ('const' in schema) checks.push(`${value} === ${literal(schema.const)}`);
  else if (type) {
    const types = [type].flat();
    const known = types.map((name) => TYPES[name]?.(value) ?? fail(`the type "${name}" is not understood`));
    checks.push(types.length > 1 ? `(${known.join(' || ')})` : known.join());
  }
  if (schema.enum) checks.push(`[${schema.enum.map(literal).join()}].includes(${value})`);
  if (minLength !== undefined) checks.push(`${value}.length >= ${String(minLength)}`);
  if (maxLength !== undefined) checks.push(`${value}.length <= ${String(maxLength)}`);
  if (anyOf) checks.push(`(${anyOf.map((one) => accepts(one, value)).join(' || ')})`);
  if (type === 'object') checks.push(...membersFit(schema, value));
  else if (schema.properties ?? schema.additionalProperties ?? schema.propertyNames) fail('members without an object');
  if (schema.items) {
    const item = inside(value);
    const fits = accepts(schema.items, item);
    if (fits !== 'true') checks.push(`${value}.every((${item}) => ${fits})`);
  }
  return all(checks);
}

function membersFit(schema: JsonSchema, value: string): string[] {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const checks: string[] = [];
  if (propertyNames) {
    if (all([accepts(propertyNames, 'name')]) !== TYPES['string']?.('name'))
      fail('a record has names other than strings');
    checks.push(`isPlain(${value})`);
  }
  for (const [key, member] of Object.entries(properties)) {
    const fits = accepts(member, at(value, key));
    if (!required.includes(key)) checks.push(fits === 'true' ? fits : `(${at(value, key)} === undefined || ${fits})`);
    // Nothing but the key itself is asked for.
    else if (fits === 'true') checks.push(`${JSON.stringify(key)} in ${value}`);
    else checks.push(fits);
  }
  const others =
    additionalProperties === false
      ? 'false'
      : additionalProperties instanceof Object
        ? accepts(additionalProperties, 'member')
        : 'true';
  if (others !== 'true') {
    const known = Object.keys(properties).map((key) => `key === ${JSON.stringify(key)} || `);
    checks.push(`Object.entries(${value}).every(([key, member]) => ${known.join('')}${others})`);
  }
  return checks;
}

/** A JavaScript expression: what zod hands on of `value`, which fits. Without unknown keys, if the schema names no others. */
function reads(schema: JsonSchema, value: string): string {
  const { type, properties = {}, required = [], additionalProperties, propertyNames, items, anyOf } = schema;
  if (anyOf) {
    return anyOf.reduceRight((rest, one) => {
      const read = reads(one, value);
      return read === rest ? rest : `${accepts(one, value)} ? ${read} : ${rest}`;
    }, value);
  }
  if (items) {
    const item = inside(value);
    const read = reads(items, item);
    return read === item ? value : `${value}.map((${item}) => (${read}))`;
  }
  if (type !== 'object') return value;
  const members = Object.entries(properties).map(([key, member]) => {
    const name = JSON.stringify(key);
    const place = at(value, key);
    const copy = reads(member, place);
    // An optional key may be there and hold `undefined`.
    const read = copy === place || required.includes(key) ? copy : `${place} && ${copy}`;
    const isThere = required.includes(key) || `${name} in ${value}`;
    const entry = isThere === true ? `${name}: ${read}` : `...(${isThere} && { ${name}: ${read} })`;
    return { entry, isCopied: read !== place };
  });
  const strips = additionalProperties === undefined && !propertyNames;
  if (additionalProperties instanceof Object && reads(additionalProperties, 'member') !== 'member') {
    return fail('a record of objects with unknown keys to remove');
  }
  if (strips) return `{ ${members.map(({ entry }) => entry).join(', ')} }`;
  const copied = members.filter(({ isCopied }) => isCopied).map(({ entry }) => entry);
  return copied.length ? `{ ...${value}, ${copied.join(', ')} }` : value;
}

function literal(value: unknown): string {
  const text = JSON.stringify(value);
  return JSON.parse(text) === value ? text : fail('a literal that JSON cannot say');
}

function fail(message: string): never {
  throw new Error(message);
}

function assertKnownKind({ _zod: { def } }: $ZodType): void {
  if (!KINDS.has(def.type)) fail(`the kind "${def.type}" is not understood`);
  // zod's own way to JSON loses NaN.
  if ('values' in def) (def.values as readonly unknown[]).forEach(literal);
  if ('coerce' in def && def.coerce) fail('values are not coerced here');
  for (const { _zod } of def.checks ?? []) {
    if (!CHECKS.has(_zod.def.check)) fail(`the check "${_zod.def.check}" is not understood`);
  }
}

/**
 * A module with the exports of `schemas.ts`, made of plain checks.
 *
 * @throws If JSON Schema, or this compiler, cannot say the whole of a schema.
 */
export function compileSchemas(schemas: Readonly<Record<string, LazySchema>>): string {
  const lines = Object.entries(schemas).map(([name, lazy]) => {
    try {
      const json = toJSONSchema(lazy(), {
        io: 'input',
        override: ({ zodSchema }) => {
          assertKnownKind(zodSchema);
        },
      }) as JsonSchema;
      const read = reads(json, 'value');
      const reader = read === 'value' ? '' : `, (value) => (${read})`;
      return `export const ${name} = /* @__PURE__ */ lazy((value) => ${accepts(json, 'value')}${reader});`;
    } catch (error) {
      throw new Error(`${name} cannot be compiled: ${(error as Error).message}`, { cause: error });
    }
  });
  return `${HELPERS}\n${lines.join('\n')}\n`;
}

/** Puts plain checks in place of the module at `path`, which exports the `schemas`. */
export const compiledSchemas = (path: string, schemas: Readonly<Record<string, LazySchema>>): Plugin => ({
  name: 'compiled-schemas',
  apply: 'build',
  enforce: 'pre',
  load: (id) => (id === path ? { code: compileSchemas(schemas), moduleType: 'js' } : null),
});
