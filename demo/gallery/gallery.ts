/**
 * Every scene in every theme and language, or those that the query names: `?theme=dark&lang=sw&group=failed&scene=paid`. The page
 * says `data-ready` on its root once all of them are played.
 */

import 'vitumob-pay';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { VitumobPayElement } from 'vitumob-pay';
import { scopedCss, THEMED } from '../themes.js';
import { Backends, endpointsOf } from './backends.js';
import { ATTRIBUTES, GROUPS, type Group, type Scene, SCENES } from './scenes.js';
import { StoppedClock } from './stopped-clock.js';

/** A Tuesday in Nairobi, a little after two in the afternoon. */
const START = Date.parse('2026-03-10T14:05:00+03:00');

const CHOICES = {
  theme: ['light', 'dark'],
  lang: ['en', 'sw'],
  group: Object.keys(GROUPS) as Group[],
  scene: SCENES.map(({ id }) => id),
} as const;

type Choice = keyof typeof CHOICES;

interface Tile {
  readonly id: string;
  readonly scene: Scene;
  readonly theme: string;
  readonly lang: string;
  readonly element: VitumobPayElement;
}

const query = new URLSearchParams(location.search);

/** What the query allows; all, where it says nothing. */
function chosen<Name extends Choice>(name: Name): (typeof CHOICES)[Name][number][] {
  const named = query.getAll(name);
  return CHOICES[name].filter((value) => named.length === 0 || named.includes(value));
}

// Nothing is kept: every visit begins anew.
Object.defineProperty(window, 'localStorage', {
  get: () => {
    throw new DOMException('The gallery keeps nothing', 'SecurityError');
  },
});
const clock = new StoppedClock(START);
const backends = new Backends(() => clock.now);

function createTile(scene: Scene, theme: string, lang: string): Tile {
  const id = `${scene.id}-${theme}-${lang}`;
  backends.open(id, scene.faults);
  const element = document.createElement('vitumob-pay');
  for (const [name, value] of Object.entries({ ...ATTRIBUTES, ...endpointsOf(id), ...scene.attributes })) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  if (scene.content) element.innerHTML = scene.content;
  if (scene.onPhone) putOnPhone(element);
  return { id, scene, theme, lang, element };
}

/** Whenever it draws itself, it asks what it is on. */
function putOnPhone(element: VitumobPayElement): void {
  const own = window.matchMedia.bind(window);
  element.addController({
    hostUpdate: () => {
      window.matchMedia = () => own('all');
    },
    hostUpdated: () => {
      window.matchMedia = own;
    },
  });
}

const scenes = SCENES.filter(({ id, group }) => chosen('scene').includes(id) && chosen('group').includes(group));
const sections = chosen('theme').flatMap((theme) =>
  chosen('lang').flatMap((lang) =>
    chosen('group').map((group) => ({
      theme,
      lang,
      group,
      // A shop with looks of its own has them in either theme.
      tiles: scenes
        .filter((scene) => scene.group === group && !(scene.theme && theme === 'dark'))
        .map((scene) => createTile(scene, theme, lang)),
    })),
  ),
);
const tiles = sections.flatMap((section) => section.tiles);

const sheet = new CSSStyleSheet();
sheet.replaceSync(THEMED.map((theme) => scopedCss(theme, `.theme-${theme.id}`)).join('\n'));
document.adoptedStyleSheets.push(sheet);

const LANGUAGES = { en: 'English', sw: 'Kiswahili' } as const;

function renderTile({ id, scene, theme, lang, element }: Tile): TemplateResult {
  return html`
    <figure id=${id} class="tile" data-scene=${scene.id} data-state=${scene.state}>
      <figcaption><a href=${`?theme=${theme}&lang=${lang}&scene=${scene.id}`}>${scene.caption}</a></figcaption>
      <div
        class="ground ${scene.ground ?? ''} ${scene.theme ? `theme-${scene.theme}` : ''}"
        lang=${lang}
        dir=${scene.direction ?? 'ltr'}
      >
        ${element}
      </div>
    </figure>
  `;
}

render(
  sections.map(({ theme, lang, group, tiles: shown }) =>
    shown.length === 0
      ? nothing
      : html`
          <section class="sheet ${theme}" data-sheet="${group}-${theme}-${lang}">
            <h2>${GROUPS[group]} <small>${LANGUAGES[lang]}, ${theme}</small></h2>
            <div class="tiles">${shown.map(renderTile)}</div>
          </section>
        `,
  ),
  part('gallery'),
);

const link = (name: Choice, value: string, label: string): TemplateResult =>
  html`<a href=${`?${name}=${value}`} aria-current=${query.get(name) === value ? 'page' : 'false'}>${label}</a>`;
render(
  html`
    <a href="?" aria-current=${query.size === 0 ? 'page' : 'false'}>All</a>
    ${CHOICES.theme.map((theme) => link('theme', theme, theme))}
    ${CHOICES.lang.map((lang) => link('lang', lang, LANGUAGES[lang]))}
    ${CHOICES.group.map((group) => link('group', group, GROUPS[group]))}
  `,
  part('choice'),
);

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

/** Plays a scene, and sees to it that it ends where it says. */
async function play({ id, scene, element }: Tile): Promise<void> {
  await scene.play?.(element);
  await element.updateComplete;
  if (element.state !== scene.state) throw new Error(`${id} is ${element.state}, not ${scene.state}`);
}

const ageMs = ({ scene }: Tile): number => (scene.age ?? 0) * 1000;

// The oldest are played first, and the clock is set ahead from one age to the next.
const ages = [...new Set([0, ...tiles.map(ageMs)])].sort((one, other) => other - one);
for (const [index, age] of ages.entries()) {
  await Promise.all(tiles.filter((tile) => ageMs(tile) === age).map(play));
  clock.advance(age - (ages[index + 1] ?? 0));
}
for (const { scene, element } of tiles) {
  element.requestUpdate();
  await element.updateComplete;
  scene.then?.(element);
  await element.updateComplete;
  // What turns, turns no more; what is drawn once, is drawn.
  for (const animation of element.shadowRoot?.getAnimations() ?? []) {
    animation.pause();
    animation.currentTime = animation.effect?.getComputedTiming().endTime === Infinity ? 0 : 9_999;
  }
}
await document.fonts.ready;
document.documentElement.dataset['ready'] = 'yes';
