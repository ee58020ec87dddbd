/** The code that makes the checkout that is seen in the shop, kept in step with it, as each framework writes it. */

import { outcomesUrl } from './backend.js';
import { attributesOf, withoutScript } from './checkout.js';
import type { CodeLanguage } from './elements/code-block.js';
import type { Scenario } from './scenarios.js';
import type { Language, Settings } from './settings.js';

/** The event that the page itself stops, if any. */
type Stops = Scenario['cancels'];

interface Framework {
  readonly name: string | Readonly<Record<Language, string>>;
  readonly language: CodeLanguage;
  readonly snippet: (settings: Settings, stops: Stops) => string;
}

export const FRAMEWORKS = {
  html: { name: { en: 'Script tag', sw: 'Tagi ya script' }, language: 'html', snippet: inHtml },
  react: { name: 'React', language: 'javascript', snippet: inReact },
  vue: { name: 'Vue', language: 'html', snippet: inVue },
  angular: { name: 'Angular', language: 'javascript', snippet: inAngular },
  svelte: { name: 'Svelte', language: 'html', snippet: inSvelte },
  solid: { name: 'Solid', language: 'javascript', snippet: inSolid },
} satisfies Record<string, Framework>;

export type FrameworkName = keyof typeof FRAMEWORKS;

/** As it stands on its tab. */
export function nameOf(framework: FrameworkName, lang: Language): string {
  const { name }: Framework = FRAMEWORKS[framework];
  return typeof name === 'string' ? name : name[lang];
}

function inHtml(settings: Settings, stops: Stops): string {
  const lines = [
    settles(settings) && listen(settings, 'checkout'),
    stops && `checkout.addEventListener('${stops}', (event) => {\n  event.preventDefault();\n});`,
  ].filter(Boolean);
  const script = `<script>
  const checkout = document.querySelector('vitumob-pay');
${indented(2, lines.join('\n'))}
</script>
`;
  return `<script src="vitumob-pay.min.js"></script>
<vitumob-pay
${indented(2, written(attributesOf(settings)))}
>
  <p>${escapeAttribute(withoutScript(settings))}</p>
</vitumob-pay>
${lines.length > 0 ? script : ''}`;
}

function inReact(settings: Settings, stops: Stops): string {
  const properties = [
    settles(settings) && 'ref={checkout}',
    written(attributesOf(settings).map(([name, value]) => [camelCase(name), value])),
    stops && `${camelCase(`on-${stops}`)}={(event) => event.preventDefault()}`,
    'onPaymentSuccess={({ detail }) => console.log(detail.receipt)}',
  ];
  const effect = `  const checkout = useRef(null);
  useEffect(() => {
${indented(4, listen(settings, 'checkout.current'))}
    return () => outcomes.close();
  }, []);

`;
  return `${settles(settings) ? "import { useEffect, useRef } from 'react';\n" : ''}import { VitumobPay } from 'vitumob-pay/react';

export function Checkout() {
${settles(settings) ? effect : ''}  return (
    <VitumobPay
${indented(6, properties.filter(Boolean).join('\n'))}
    />
  );
}
`;
}

function inVue(settings: Settings, stops: Stops): string {
  const attributes = [
    settles(settings) && 'ref="checkout"',
    written(attributesOf(settings)),
    stops && `@${stops}.prevent`,
    '@payment-success="({ detail }) => console.log(detail.receipt)"',
  ];
  const listening = `
const checkout = useTemplateRef('checkout');
let outcomes;
onMounted(() => {
${indented(2, listen(settings, 'checkout.value', ''))}
});
onUnmounted(() => outcomes.close());
`;
  return `<script setup>
${settles(settings) ? "import { onMounted, onUnmounted, useTemplateRef } from 'vue';\n" : ''}import 'vitumob-pay';
${settles(settings) ? listening : ''}</script>

<template>
  <vitumob-pay
${indented(4, attributes.filter(Boolean).join('\n'))}
  ></vitumob-pay>
</template>

<!-- vite.config.js: vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'vitumob-pay' } } }) -->
`;
}

function inAngular(settings: Settings, stops: Stops): string {
  const imports = [
    'Component',
    'CUSTOM_ELEMENTS_SCHEMA',
    ...(settles(settings) ? ['viewChild', 'type ElementRef'] : []),
  ];
  const attributes = [
    settles(settings) && '#checkout',
    written(attributesOf(settings), inTemplate),
    stops && `(${stops})="$event.preventDefault()"`,
    '(payment-success)="paid($event.detail.receipt)"',
  ];
  const listening = `  private readonly checkout = viewChild.required<ElementRef<VitumobPayElement>>('checkout');
  private readonly outcomes = new EventSource('${escapeString(outcomesUrl(settings.order))}');

  constructor() {
    this.outcomes.addEventListener('outcome', ({ data }) => {
      this.checkout().nativeElement.settle(JSON.parse(data));
    });
  }

  ngOnDestroy(): void {
    this.outcomes.close();
  }

`;
  return `import { ${imports.join(', ')} } from '@angular/core';
${settles(settings) ? "import type { VitumobPayElement } from 'vitumob-pay';\n" : ''}import 'vitumob-pay';

@Component({
  selector: 'app-checkout',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: \`
    <vitumob-pay
${indented(6, attributes.filter(Boolean).join('\n'))}
    ></vitumob-pay>
  \`,
})
export class Checkout {
${settles(settings) ? listening : ''}  paid(receipt?: string): void {
    console.log(receipt);
  }
}
`;
}

function inSvelte(settings: Settings, stops: Stops): string {
  const attributes = [
    settles(settings) && 'bind:this={checkout}',
    written(attributesOf(settings), inMarkup),
    stops && `on${stops}={(event) => event.preventDefault()}`,
    'onpayment-success={({ detail }) => console.log(detail.receipt)}',
  ];
  const listening = `
  let checkout;
  onMount(() => {
${indented(4, listen(settings, 'checkout'))}
    return () => outcomes.close();
  });
`;
  return `<script>
${settles(settings) ? "  import { onMount } from 'svelte';\n" : ''}  import 'vitumob-pay';
${settles(settings) ? listening : ''}</script>

<vitumob-pay
${indented(2, attributes.filter(Boolean).join('\n'))}
></vitumob-pay>
`;
}

function inSolid(settings: Settings, stops: Stops): string {
  const attributes = [
    settles(settings) && 'ref={checkout}',
    written(attributesOf(settings)),
    stops && `on:${stops}={(event) => event.preventDefault()}`,
    'on:payment-success={({ detail }) => console.log(detail.receipt)}',
  ];
  const listening = `  let checkout;
  onMount(() => {
${indented(4, listen(settings, 'checkout'))}
    onCleanup(() => outcomes.close());
  });

`;
  return `${settles(settings) ? "import { onCleanup, onMount } from 'solid-js';\n" : ''}import 'vitumob-pay';

export function Checkout() {
${settles(settings) ? listening : ''}  return (
    <vitumob-pay
${indented(6, attributes.filter(Boolean).join('\n'))}
    />
  );
}
`;
}

function settles({ outcome }: Settings): boolean {
  return outcome === 'settle';
}

/** Hands the backend's outcomes to the element. */
function listen({ order }: Settings, element: string, declare = 'const '): string {
  return `${declare}outcomes = new EventSource('${escapeString(outcomesUrl(order))}');
outcomes.addEventListener('outcome', ({ data }) => {
  ${element}.settle(JSON.parse(data));
});`;
}

/** One attribute a line. */
function written(attributes: readonly (readonly [name: string, value: string])[], escape = escapeAttribute): string {
  return attributes.map(([name, value]) => `${name}="${escape(value)}"`).join('\n');
}

function indented(spaces: number, lines: string): string {
  return lines.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
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

/** An attribute in Svelte's markup, which reads braces. */
function inMarkup(value: string): string {
  return escapeAttribute(value).replace(/[{}]/g, (character) => `&#${character.charCodeAt(0)};`);
}
