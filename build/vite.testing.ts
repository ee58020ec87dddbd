import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { defineConfig, type Plugin } from 'vite';
import { memoryOnly } from '../demo/site/memory-only.js';

const entry = fileURLToPath(new URL('../src/testing/index.ts', import.meta.url));

/** The entry has all that its declarations need: those of the files behind it are nobody's business. */
const declareEntry = (): Plugin => ({
  name: 'declare-entry',
  generateBundle() {
    const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(entry, 'utf8'), {
      fileName: entry,
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, strict: true },
    });
    const [problem] = diagnostics ?? [];
    if (problem) this.error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
    if (/^(?:import|export .* from)\b/m.test(outputText))
      this.error('The declarations of vitumob-pay/testing need another file');
    this.emitFile({ type: 'asset', fileName: 'index.d.ts', source: outputText });
  },
});

/** Makes `vitumob-pay/testing`: the real server and the simulated M-Pesa in one readable module, with what it needs that the package does not depend on. */
export default defineConfig({
  plugins: [declareEntry(), memoryOnly()],
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: 'dist/testing',
    emptyOutDir: true,
    minify: false,
    license: { fileName: 'index.js.LICENSE.md' },
    lib: { entry, formats: ['es'], fileName: 'index' },
    // One module: what the server loads only where it is used is in it, or left out.
    rolldownOptions: { external: /^zod(?:\/|$)/, output: { codeSplitting: false } },
  },
});
