/** What the demo offers to copy, put into the apps: their own tools compile it with the rest. */

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_SETTINGS, OUTCOME_WAYS, type Settings } from '../../demo/settings.js';
import { FRAMEWORKS, type FrameworkName } from '../../demo/snippets.js';

interface Place {
  readonly framework: FrameworkName;
  /** The module that the app begins with. */
  readonly main: string;
  readonly extension: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  'react-18': { framework: 'react', main: 'main.tsx', extension: '.jsx' },
  'react-19': { framework: 'react', main: 'main.tsx', extension: '.jsx' },
  vue: { framework: 'vue', main: 'main.ts', extension: '.vue' },
  angular: { framework: 'angular', main: 'main.ts', extension: '.ts' },
  svelte: { framework: 'svelte', main: 'main.ts', extension: '.svelte' },
  solid: { framework: 'solid', main: 'main.tsx', extension: '.jsx' },
};

/** All that a tag, an expression, a template or a string would end at. */
const BUSINESS = 'Duka "Mali" & <Co> {{1}} `${2}`';

export async function addDemoSnippets(app: string, folder: string): Promise<void> {
  const place = PLACES[app];
  if (!place) return;
  const main = join(folder, 'src', place.main);
  // TypeScript has its modules named without an end.
  const imported = place.extension === '.ts' ? '' : place.extension;
  for (const outcome of OUTCOME_WAYS)
    for (const stops of [undefined, 'push-request', 'token-expired'] as const) {
      const settings: Settings = { ...DEFAULT_SETTINGS, order: '1234567891', business: BUSINESS, lang: 'sw', outcome };
      const file = `demo-${outcome}-${stops ?? 'nothing'}`;
      await writeFile(
        join(folder, 'src', file + place.extension),
        FRAMEWORKS[place.framework].snippet(settings, stops),
      );
      await appendFile(main, `import './${file}${imported}';\n`);
    }
}
