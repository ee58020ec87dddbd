/** Holds what is shipped to the budgets in .size-limit.js, and the client to being free of Lit. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

// What `vitumob-pay/client` brings into a merchant's bundle: as published, with its dependencies.
const { output } = await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    outDir: 'node_modules/.cache/size',
    lib: { entry: 'dist/client/index.js', formats: ['es'], fileName: 'client' },
    rolldownOptions: {
      output: { minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } }, comments: false },
    },
  },
}).then(([bundle]) => bundle);

const lit = output
  .flatMap((chunk) => chunk.moduleIds ?? [])
  .filter((id) => /\/node_modules\/(?:@?lit|lit-\w+)\//.test(id));
if (lit.length) {
  console.error(`vitumob-pay/client has Lit in it:\n${lit.join('\n')}`);
  process.exit(1);
}

const { status } = spawnSync('size-limit', { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
