/**
 * Whether vitumob-pay is on npm and its CDN. On the day of the first release: write `true`, run `npm run generate`, and commit
 * both: what the README says of it until then is gone.
 */
export const IS_PUBLISHED = false;
