/**
 * Stands in for `lit` in the one file for script tags. The base class does what Lit's does for the options, controllers
 * and life cycle that the element makes use of, and the element's tests are run on either.
 */

import { createChild, type TemplateResult } from './lit-html.js';

export * from './lit-html.js';

interface PropertyOptions {
  /** Default: the property's name in lower case. */
  readonly attribute?: string | false;
  readonly type?: typeof Boolean;
  readonly reflect?: boolean;
  /** It has no attribute. */
  readonly state?: boolean;
}

interface Controller {
  hostConnected(): void;
  hostDisconnected(): void;
  hostUpdate(): void;
  hostUpdated(): void;
}

type Values = Map<string, unknown>;

/** Lit's own has a second way for browsers without constructable style sheets, older than those in the README. */
export function css(strings: TemplateStringsArray): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(strings.join(''));
  return sheet;
}

function attributeOf(name: string, { attribute = name.toLowerCase(), state }: PropertyOptions): string | false {
  return !state && attribute;
}

export abstract class LitElement extends HTMLElement {
  declare static properties: Readonly<Record<string, PropertyOptions>>;
  declare static styles: CSSStyleSheet;

  static get observedAttributes(): string[] {
    return Object.entries(this.properties).flatMap(([name, options]) => attributeOf(name, options) || []);
  }

  /** The element calls it, and wraps the accessors that it makes. */
  static finalize(): void {
    for (const name of Object.keys(this.properties)) {
      Object.defineProperty(this.prototype, name, {
        get(this: LitElement) {
          return this.#values.get(name);
        },
        set(this: LitElement, value: unknown) {
          const old = this.#values.get(name);
          this.#values.set(name, value);
          this.requestUpdate(name, old);
        },
        configurable: true,
      });
    }
  }

  /** A declarative shadow root is emptied. */
  readonly renderRoot = this.attachShadow({ mode: 'open' });
  readonly #content = createChild(this.renderRoot.appendChild(new Comment()), this);
  updateComplete: Promise<unknown>;
  hasUpdated = false;
  readonly #class = this.constructor as typeof LitElement;
  readonly #values: Values = new Map();
  /** What the page had set before it knew of the element. */
  readonly #early: Values = new Map();
  readonly #controllers: Controller[] = [];
  #changed: Values = new Map();
  #isPending = false;
  readonly #reflected = new Set<string>();
  /** The property that is being taken from its attribute, or the other way round. */
  #reflecting: string | undefined;
  #begin!: () => void;

  constructor() {
    super();
    this.renderRoot.adoptedStyleSheets = [this.#class.styles];
    for (const name of Object.keys(this.#class.properties)) {
      if (!Object.hasOwn(this, name)) continue;
      this.#early.set(name, Reflect.get(this, name));
      Reflect.deleteProperty(this, name);
    }
    this.updateComplete = new Promise<void>((resolve) => (this.#begin = resolve));
    this.requestUpdate();
  }

  addController(controller: Controller): void {
    this.#controllers.push(controller);
  }

  connectedCallback(): void {
    this.#begin();
    for (const controller of this.#controllers) controller.hostConnected();
  }

  disconnectedCallback(): void {
    for (const controller of this.#controllers) controller.hostDisconnected();
  }

  attributeChangedCallback(attribute: string, _old: string | null, value: string | null): void {
    this.#reflect(
      ([name, options]) => attributeOf(name, options) === attribute && this.#reflecting !== name,
      (name, { type }) => Reflect.set(this, name, type ? value !== null : value),
    );
  }

  requestUpdate(name?: string, old?: unknown): void {
    if (name) {
      if (Object.is(Reflect.get(this, name), old)) return;
      if (!this.#changed.has(name)) this.#changed.set(name, this.hasUpdated ? old : undefined);
      if (this.#reflecting !== name) this.#reflected.add(name);
    }
    if (!this.#isPending) this.updateComplete = this.#enqueue();
  }

  async #enqueue(): Promise<boolean> {
    this.#isPending = true;
    try {
      await this.updateComplete;
    } catch (error) {
      // The next update may well succeed.
      reportError(error);
    }
    this.#update();
    return !this.#isPending;
  }

  #update(): void {
    for (const [name, value] of this.#early) Reflect.set(this, name, value);
    this.#early.clear();
    const changed = this.#changed;
    let result;
    try {
      this.willUpdate(changed);
      for (const controller of this.#controllers) controller.hostUpdate();
      result = this.render();
      this.#reflect(
        ([name, { reflect }]) => this.#reflected.has(name) && reflect,
        (name, options) => {
          const attribute = attributeOf(name, options) || name;
          const value = Reflect.get(this, name);
          if (options.type) this.toggleAttribute(attribute, !!value);
          else this.setAttribute(attribute, String(value));
        },
      );
    } finally {
      // Before the DOM is touched: a field that loses its focus by that may change a property.
      this.#changed = new Map();
      this.#reflected.clear();
      this.#isPending = false;
    }
    this.#content(() => result);
    for (const controller of this.#controllers) controller.hostUpdated();
    this.hasUpdated = true;
    this.updated(changed);
  }

  /** Brings properties and attributes into line, without an echo. */
  #reflect(
    which: (property: [string, PropertyOptions]) => unknown,
    reflect: (name: string, options: PropertyOptions) => void,
  ): void {
    for (const [name, options] of Object.entries(this.#class.properties).filter(which)) {
      this.#reflecting = name;
      reflect(name, options);
      this.#reflecting = undefined;
    }
  }

  protected abstract willUpdate(changed: Values): void;
  protected abstract updated(changed: Values): void;
  protected abstract render(): TemplateResult;
}
