/**
 * `llms.txt`, for assistants that write code: the do's and don'ts by hand, every name out of the manifest, and what the
 * README and the reference say of entry points, reasons and pages.
 *
 * @param {{ modules: object[] }} manifest
 * @param {string} readme
 * @param {string} reference
 */
export function llmsTxt(manifest, readme, reference) {
  const tableOf = (head) => fromRoot(table(reference, head));
  const element = manifest.modules.flatMap((module) => module.declarations ?? []).find((it) => it.customElement);
  const { members, events, slots, cssParts, cssProperties, cssStates } = element;
  const fields = members.filter(({ kind }) => kind === 'field');
  const methods = members.filter(({ kind }) => kind === 'method');
  const list = (items, name) =>
    items.map((it) => `- \`${name(it)}\`: ${it.description.replace(/\s+/g, ' ')}`).join('\n');
  const given = ({ attribute, name, type }) => [attribute, `${name}: ${type.text}`].filter(Boolean).join('` / `');

  return `${opening}
## Entry points

${tableOf('| import ')}

## Attribute / property

${list(fields, given)}

## Methods

${list(methods, ({ name, parameters = [] }) => `${name}(${parameters.map((it) => it.name).join(', ')})`)}

## Events

All are CustomEvents, bubble and cross shadow roots. Every \`detail\` has \`orderId\`, \`phone\`, \`amount\`.

${list(events, ({ name }) => name)}

${tableOf('| event ')}

${tableOf('| `push-failure` reason ')}

${tableOf('| `payment-failure` reason ')}

## States, parts, slots, custom properties

- States, as the property \`state\` and in CSS as \`:state(…)\`: ${names(cssStates)}
- Parts, \`vitumob-pay::part(…)\`: ${names(cssParts)}
- Slots: ${names(slots)}
- Custom properties: ${names(cssProperties)}

## Pages

${pages(readme)}
`;
}

const opening = `# vitumob-pay

> \`<vitumob-pay>\` is a web component for M-Pesa checkout (STK push) in Kenya: it asks for a phone number, has a payments
> backend send the PIN prompt to it, and tells the page what became of it.

\`\`\`html
<script src="vitumob-pay.min.js"></script>
<vitumob-pay order-id="1234567891" amount="12341" token-url="/token" push-url="/push" status-url="/status"></vitumob-pay>
\`\`\`

\`\`\`js
import 'vitumob-pay'; // registers the tag; with React: import { VitumobPay } from 'vitumob-pay/react'
document.querySelector('vitumob-pay').addEventListener('payment-success', ({ detail }) => console.log(detail.receipt));
\`\`\`

Do:

- Write attributes with dashes in HTML (\`order-id\`), properties in camelCase (\`orderId\`).
- Give \`amount\` as a plain decimal string: \`12341\`, \`48744.15\`; never \`12,341\` or \`KES 100\`.
- Give \`timeout\` and \`prompt-window\` in milliseconds.
- Set \`token-url\` and \`push-url\` both: without them the tag asks the Vitumob M-Pesa API in production.
- Take order and amount from the server's own records, and deliver goods by what the server knows.
- Have the backend answer 409 to a second push for an order while a prompt may be live (two minutes) or once it is paid.
- Use a new \`order-id\` for a new payment.

Don't:

- Don't call \`push-success\` a payment: it says that the prompt is on its way. \`payment-success\` is the payment.
- Don't treat \`unconfirmed\` or \`promptPossible: true\` as a failure: the customer may have been charged. Never push again by yourself.
- Don't put consumer key, secret, passkey or access token into the page: there is no attribute for them.
- Don't send \`Bearer\` to \`push-url\`: the widget puts the bare token into \`Authorization\`, and the backend talks to Daraja.
- Don't draw a phone field, a button or a wait screen beside it: they are in the element. \`pay()\` is the button.
- Don't poll for the outcome in the page: name \`status-url\`, or hand what you have learned to \`settle()\`.
`;

const names = (of) => of.map(({ name }) => `\`${name}\``).join(', ');

/** The Markdown table whose first row begins with `head`. */
function table(markdown, head) {
  const found = markdown.split('\n\n').find((block) => block.replace(/ +/g, ' ').startsWith(head));
  if (!found) throw new Error(`There is no table "${head.trim()}" any more: llms.txt has it from there.`);
  return found
    .trim()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').replace(/-{4,}/g, '---'))
    .join('\n');
}

/** The reference is in docs, and this file is not. */
const fromRoot = (markdown) => markdown.replace(/\]\((?![a-z]+:|#)/g, '](docs/');

/** The README's list of them, without those that are not published. */
function pages(readme) {
  const lines = readme.split('\n').filter((line) => line.startsWith('- [docs/') && !line.includes('decisions'));
  if (!lines.length) throw new Error('The README lists no pages any more: llms.txt has them from there.');
  return lines.join('\n');
}
