/**
 * Stands in for Lit's templates in the one file for script tags. It does for what the element's templates are made of
 * what Lit does: texts, templates and arrays of these as children; attributes, `?attributes`, `.properties` with names in
 * lower case, and `@events` with functions. Anything else throws. Markup, in which no attribute has an angle bracket, is
 * parsed once for each template, and values never are.
 */

export interface TemplateResult {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

/** Brings a place in the document up to date with the next of a template's values, or the next few. */
type Part = (next: () => unknown) => void;

interface Instance {
  readonly template: HTMLTemplateElement;
  readonly content: DocumentFragment;
  update(values: readonly unknown[]): void;
}

interface TrustedTypePolicy {
  createHTML(markup: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: TrustedTypePolicy): TrustedTypePolicy;
}

/** Stands for an expression in the markup. */
const MARK = '$lit$';

const templates = new Map<string, HTMLTemplateElement>();

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
let policy: TrustedTypePolicy | undefined;

export const nothing = Symbol('nothing');

export const html = (strings: readonly string[], ...values: unknown[]): TemplateResult => ({ strings, values });

/** By the name that Lit's policy has; and not before it is needed, which it is in one of two copies of the file alone. */
function trusted(markup: string): string {
  policy ??= trustedTypes?.createPolicy('lit-html', { createHTML: (text) => text });
  return policy?.createHTML(markup) ?? markup;
}

function templateOf(strings: readonly string[]): HTMLTemplateElement {
  const markup = strings.reduce((before, after) => {
    const isInTag = before.lastIndexOf('<') > before.lastIndexOf('>');
    return before + (isInTag ? MARK : `<!--${MARK}-->`) + after;
  });
  let template = templates.get(markup);
  if (!template) {
    template = document.createElement('template');
    template.innerHTML = trusted(markup);
    templates.set(markup, template);
  }
  return template;
}

function instantiate(template: HTMLTemplateElement, host: object): Instance {
  const content = document.importNode(template.content, true);
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  const parts: Part[] = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Comment) parts.push(createChild(node, host));
    else parts.push(...createAttributes(node as Element, host));
  }
  return {
    template,
    content,
    update(values) {
      let index = 0;
      for (const part of parts) part(() => values[index++]);
    },
  };
}

function createAttributes(element: Element, host: object): Part[] {
  return [...element.attributes].flatMap(({ name, value }) => {
    const pieces = value.split(MARK);
    if (pieces.length < 2) return [];
    const [kind = ''] = name;
    const key = name.slice(1);
    let shown: unknown = nothing;
    element.removeAttribute(name);
    if (kind === '@') {
      element.addEventListener(key, (event) => {
        (shown as (event: Event) => void).call(host, event);
      });
    }
    return (next) => {
      const isWhole = /[.?@]/.test(kind);
      const fresh = isWhole
        ? next()
        : pieces.reduce((before, after) => `${before}${(next() as string | null) ?? ''}${after}`);
      if (fresh === shown) return;
      shown = fresh;
      if (kind === '.') Reflect.set(element, key, fresh);
      else if (kind === '?') element.toggleAttribute(key, !!fresh);
      else if (!isWhole) element.setAttribute(name, fresh as string);
    };
  });
}

/** The place before `end`. */
export function createChild(end: Comment, host: object): Part {
  const start = new Comment();
  let shown: unknown;
  let text: Text | undefined;
  let instance: Instance | undefined;
  end.before(start);

  function clear(): void {
    while (start.nextSibling !== end) start.nextSibling?.remove();
    text = instance = undefined;
  }

  function showTemplate({ strings, values }: TemplateResult): void {
    const template = templateOf(strings);
    if (instance?.template === template) {
      instance.update(values);
      return;
    }
    clear();
    instance = instantiate(template, host);
    instance.update(values);
    end.before(instance.content);
  }

  function showText(fresh: unknown): void {
    if (!text) {
      clear();
      end.before((text = new Text()));
    }
    text.data = fresh as string;
  }

  return (next) => {
    const value = next();
    if (Array.isArray(value)) showTemplate(html(Array<string>(value.length + 1).fill(''), ...(value as unknown[])));
    else if (value && typeof value === 'object') showTemplate(value as TemplateResult);
    else if (value !== shown) showText(value === nothing ? '' : (value ?? ''));
    shown = value;
  };
}
