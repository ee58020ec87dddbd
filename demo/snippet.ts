/** The code that makes the element that is seen in the shop, kept in step with it, as each framework writes it. */

import { html, render } from 'lit';
import { attributesOf, outcomesUrl } from './checkout-element.js';
import { CodeBlock, type Part } from './code-block.js';
import type { Scenario } from './scenarios.js';
import type { Settings } from './settings.js';

const FRAMEWORKS = { html: 'Script tag', react: 'React', vue: 'Vue', angular: 'Angular' } as const;

export type Framework = keyof typeof FRAMEWORKS;

type Stops = Scenario['cancels'];

/** The code in parts. */
export function snippetParts(framework: Framework, settings: Settings, stops: Stops): readonly Part[] {
  return { html: inHtml, react: inReact, vue: inVue, angular: inAngular }[framework](settings, stops);
}

function inHtml(settings: Settings, stops: Stops): readonly Part[] {
  const listens = listen(settings, 'checkout', '  ');
  const cancels = stops
    ? [`  checkout.addEventListener('${stops}', (event) => {\n`, '    event.preventDefault();\n', '  });\n']
    : [];
  const lines = [...listens, ...cancels];
  return [
    ['<script', 'tag'],
    [' '],
    ['src', 'name'],
    ['='],
    ['"vitumob-pay.min.js"', 'value'],
    ['></script>\n', 'tag'],
    ['<vitumob-pay', 'tag'],
    ...attributes(settings, '\n  '),
    ['\n'],
    ['></vitumob-pay>\n', 'tag'],
    ...(lines.length > 0
      ? ([
          ['<script>\n', 'tag'],
          ["  const checkout = document.querySelector('vitumob-pay');\n"],
          [lines.join('')],
          ['</script>\n', 'tag'],
        ] as const)
      : []),
  ];
}

function inReact(settings: Settings, stops: Stops): readonly Part[] {
  const settles = settings.outcome === 'settle';
  const properties = attributesOf(settings).flatMap(([name, value]): Part[] => [
    ['\n      '],
    [name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()), 'name'],
    ['='],
    [`"${escapeAttribute(value)}"`, 'value'],
  ]);
  const property = (name: string, value: string): Part[] => [['\n      '], [name, 'name'], [`={${value}}`]];
  return [
    ...(settles ? ([["import { useEffect, useRef } from 'react';\n"]] as const) : []),
    ["import { VitumobPay } from 'vitumob-pay/react';\n\nexport function Checkout() {\n"],
    ...(settles
      ? ([
          ['  const checkout = useRef(null);\n  useEffect(() => {\n'],
          [listen(settings, 'checkout.current', '    ').join('')],
          ['    return () => outcomes.close();\n  }, []);\n\n'],
        ] as const)
      : []),
    ['  return (\n    '],
    ['<VitumobPay', 'tag'],
    ...(settles ? property('ref', 'checkout') : []),
    ...properties,
    ...(stops
      ? property(stops === 'push-request' ? 'onPushRequest' : 'onTokenExpired', '(event) => event.preventDefault()')
      : []),
    ...property('onPaymentSuccess', '({ detail }) => console.log(detail.receipt)'),
    ['\n    '],
    ['/>', 'tag'],
    ['\n  );\n}\n'],
  ];
}

function inVue(settings: Settings, stops: Stops): readonly Part[] {
  const settles = settings.outcome === 'settle';
  const binding = (name: string, value: string): Part[] => [['\n    '], [name, 'name'], ['='], [`"${value}"`, 'value']];
  return [
    ['<script setup>\n', 'tag'],
    ...(settles ? ([["import { onMounted, onUnmounted, useTemplateRef } from 'vue';\n"]] as const) : []),
    ["import 'vitumob-pay';\n"],
    ...(settles
      ? ([
          ["\nconst checkout = useTemplateRef('checkout');\n"],
          ['let outcomes;\nonMounted(() => {\n'],
          [listen(settings, 'checkout.value', '  ', '').join('')],
          ['});\nonUnmounted(() => outcomes.close());\n'],
        ] as const)
      : []),
    ['</script>\n', 'tag'],
    ['\n'],
    ['<template>\n', 'tag'],
    ['  '],
    ['<vitumob-pay', 'tag'],
    ...(settles ? binding('ref', 'checkout') : []),
    ...attributes(settings, '\n    '),
    ...(stops ? binding(`@${stops}.prevent`, '').slice(0, 2) : []),
    ...binding('@payment-success', '({ detail }) => console.log(detail.receipt)'),
    ['\n  '],
    ['></vitumob-pay>\n', 'tag'],
    ['</template>\n', 'tag'],
    [
      "\n<!-- vite.config.js: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'vitumob-pay' } } }) -->\n",
    ],
  ];
}

function inAngular(settings: Settings, stops: Stops): readonly Part[] {
  const settles = settings.outcome === 'settle';
  const binding = (name: string, value: string): Part[] => [
    ['\n      '],
    [name, 'name'],
    ['='],
    [`"${value}"`, 'value'],
  ];
  const imports = ['Component', 'CUSTOM_ELEMENTS_SCHEMA', ...(settles ? ['viewChild', 'type ElementRef'] : [])];
  return [
    [`import { ${imports.join(', ')} } from '@angular/core';\n`],
    [
      settles
        ? "import type { VitumobPayElement } from 'vitumob-pay';\nimport 'vitumob-pay';\n\n"
        : "import 'vitumob-pay';\n\n",
    ],
    ["@Component({\n  selector: 'app-checkout',\n  schemas: [CUSTOM_ELEMENTS_SCHEMA],\n  template: `\n    "],
    ['<vitumob-pay', 'tag'],
    ...(settles ? ([['\n      '], ['#checkout', 'name']] as const) : []),
    ...attributes(settings, '\n      ', inTemplate),
    ...(stops ? binding(`(${stops})`, '$event.preventDefault()') : []),
    ...binding('(payment-success)', 'paid($event.detail.receipt)'),
    ['\n    '],
    ['></vitumob-pay>', 'tag'],
    ['\n  `,\n})\nexport class Checkout {\n'],
    ...(settles
      ? ([
          ["  private readonly checkout = viewChild.required<ElementRef<VitumobPayElement>>('checkout');\n"],
          [`  private readonly outcomes = new EventSource('${escapeString(outcomesUrl(settings.order))}');\n\n`],
          ['  constructor() {\n'],
          ["    this.outcomes.addEventListener('outcome', ({ data }) => {\n"],
          ['      this.checkout().nativeElement.settle(JSON.parse(data));\n    });\n  }\n\n'],
          ['  ngOnDestroy(): void {\n    this.outcomes.close();\n  }\n\n'],
        ] as const)
      : []),
    ['  paid(receipt?: string): void {\n    console.log(receipt);\n  }\n}\n'],
  ];
}

function attributes(settings: Settings, before: string, escape = escapeAttribute): readonly Part[] {
  return attributesOf(settings).flatMap(([name, value]): Part[] => [
    [before],
    [name, 'name'],
    ['='],
    [`"${escape(value)}"`, 'value'],
  ]);
}

/** Hands the backend's outcomes to the element. */
function listen({ outcome, order }: Settings, element: string, indent: string, declare = 'const '): readonly string[] {
  if (outcome !== 'settle') return [];
  return [
    `${declare}outcomes = new EventSource('${escapeString(outcomesUrl(order))}');\n`,
    "outcomes.addEventListener('outcome', ({ data }) => {\n",
    `  ${element}.settle(JSON.parse(data));\n`,
    '});\n',
  ].map((line) => indent + line);
}

function escapeString(value: string): string {
  return value.replaceAll("'", '%27');
}

function escapeAttribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** An attribute in a template literal, in which Angular reads braces. */
function inTemplate(value: string): string {
  return escapeAttribute(value).replace(/[\\`${}]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export class Snippet {
  readonly #container: HTMLElement;
  #code: CodeBlock | undefined;
  #framework: Framework = 'html';
  #shown: readonly [Settings, Stops] | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  show(settings: Settings, { cancels }: Scenario): void {
    this.#shown = [settings, cancels];
    this.#show();
  }

  #show(): void {
    if (!this.#shown) return;
    const chosen = this.#framework;
    render(
      html`
        <header class="panel-head"><h2 id="snippet-heading">The code</h2></header>
        <div class="tabs" role="tablist" aria-labelledby="snippet-heading" @keydown=${this.#handleKey}>
          ${Object.entries(FRAMEWORKS).map(
            ([framework, name]) => html`
              <button
                type="button"
                role="tab"
                id="code-${framework}"
                aria-controls="code"
                aria-selected=${framework === chosen ? 'true' : 'false'}
                tabindex=${framework === chosen ? 0 : -1}
                @click=${() => {
                  this.#choose(framework as Framework);
                }}
              >
                ${name}
              </button>
            `,
          )}
        </div>
        <div id="code" class="code" role="tabpanel" aria-labelledby="code-${chosen}"></div>
      `,
      this.#container,
    );
    const panel = this.#container.querySelector<HTMLElement>('#code');
    if (panel) this.#code ??= new CodeBlock(panel, 'snippet-heading');
    this.#code?.show(snippetParts(chosen, ...this.#shown));
  }

  #choose(framework: Framework): void {
    this.#framework = framework;
    this.#show();
  }

  /** As all tabs work: the arrows choose, Home and End too. */
  readonly #handleKey = (event: KeyboardEvent): void => {
    const all = Object.keys(FRAMEWORKS) as Framework[];
    const at = all.indexOf(this.#framework);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#choose(all.at(step % all.length) ?? 'html');
    this.#container.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  };
}
