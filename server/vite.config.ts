import { defineConfig } from 'vite';

/** Everything that npm installs stays outside; only the widget's model is built in. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'node20',
    minify: false,
    sourcemap: true,
    lib: {
      entry: {
        index: 'src/index.ts',
        node: 'src/node.ts',
        sqlite: 'src/sqlite.ts',
        postgres: 'src/postgres.ts',
        prometheus: 'src/prometheus.ts',
        cli: 'src/cli.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: { external: /^(?![./]|\0|[A-Za-z]:)/ },
  },
});
