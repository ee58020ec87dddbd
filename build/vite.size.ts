import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** What `vitumob-pay/client` brings into a merchant's bundle, zod included: for `.size-limit.js` to weigh. */
export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    outDir: path('../node_modules/.cache/size'),
    emptyOutDir: true,
    lib: { entry: path('../dist/client/index.js'), formats: ['es'], fileName: 'client' },
    rolldownOptions: {
      output: { minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } }, comments: false },
    },
  },
});
