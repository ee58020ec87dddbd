/** The pictures of the goods. */

import { svg, type TemplateResult } from 'lit';
import type { BasketLine } from './basket.js';

const ART: Readonly<Record<BasketLine['art'], TemplateResult>> = {
  kiondo: svg`
    <path d="M18 22c0-10 6-14 10-14s10 4 10 14" fill="none" stroke="#7a4526" stroke-width="2.5" stroke-linecap="round"/>
    <path d="M11 22h34l-4 22a4 4 0 0 1-4 3H19a4 4 0 0 1-4-3z" fill="#d9b77c"/>
    <path d="M11.9 27h32.2l-.8 4.5H12.7z" fill="#a4432f"/>
    <path d="M13.4 35h29.2l-.4 2.5H13.8zM14.2 40h27.6l-.3 1.8H14.5z" fill="#54331f"/>
    <path d="M10 20.5h36v3H10z" fill="#7a4526"/>`,
  kikoi: svg`
    <path d="M14 10h28v32H14z" fill="#f0e6d2"/>
    <path d="M14 10h5v32h-5zM37 10h5v32h-5z" fill="#1f6f78"/>
    <path d="M21 10h2v32h-2zM33 10h2v32h-2z" fill="#d98a2b"/>
    <path d="M26.5 10h3v32h-3z" fill="#1f6f78"/>
    <path d="M16 42v5m4-5v5m4-5v5m4-5v5m4-5v5m4-5v5m4-5v5" stroke="#b9a77f" stroke-width="1.5" stroke-linecap="round"/>`,
  delivery: svg`
    <path d="M9 18h24v20H9z" fill="#2f8f5b"/>
    <path d="M33 24h8l6 7v7H33z" fill="#8cc9a4"/>
    <path d="M37 27h3.2l3 4H37z" fill="#fff"/>
    <circle cx="18" cy="39" r="4" fill="#243029"/><circle cx="39" cy="39" r="4" fill="#243029"/>
    <circle cx="18" cy="39" r="1.5" fill="#fff"/><circle cx="39" cy="39" r="1.5" fill="#fff"/>`,
  voucher: svg`
    <path d="M9 17h38v7a4 4 0 0 0 0 8v7H9v-7a4 4 0 0 0 0-8z" fill="#e0a03a"/>
    <path d="M34 19v18" stroke="#fff" stroke-width="1.5" stroke-dasharray="2.5 2.5"/>
    <path d="M15 25h12m-12 6h8" stroke="#7a4a0c" stroke-width="2.5" stroke-linecap="round"/>`,
};

export function artwork(name: BasketLine['art']): TemplateResult {
  return svg`<svg class="art" viewBox="0 0 56 56" aria-hidden="true">${ART[name]}</svg>`;
}
