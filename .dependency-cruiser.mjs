/*
 * Who may import whom. Imports point right, never left, and nothing is imported in a circle:
 *
 *   index · react ▶ define ▶ element ▶ browser ▶ checkout ▶ client ▶ model
 *                            messages · types · version: leaves
 *
 * `npm run layers` checks it, `npm run layers -- -T mermaid` draws it; test/package/lint-layers.test.ts shows that each rule can fail.
 */

/** What each room of src may import, beyond itself: rooms, and packages as the paths that they resolve to. */
const rooms = {
  model: {},
  messages: { rooms: ['model'] },
  client: { rooms: ['model'], packages: ['zod/mini/'] },
  checkout: { rooms: ['client', 'model'] },
  browser: { rooms: ['checkout', 'client', 'model'] },
  element: {
    rooms: ['browser', 'checkout', 'client', 'messages', 'model', 'version.ts'],
    // Without what a content security policy forbids, or what lets markup in.
    packages: ['lit/(?!.*(?:unsafe-|style-map|static-html))'],
  },
  types: { packages: ['(?:@types/)?react/', 'solid-js/', 'svelte/', 'vue/'] },
  'version.ts': {},
  'registration.ts': {},
  'define.ts': { rooms: ['element', 'registration.ts'] },
  'test-dom.ts': { packages: ['lit/'] },
  'index.ts': { rooms: ['define.ts', 'element', 'test-dom.ts'] },
  'react.ts': { rooms: ['define.ts', 'element', 'test-dom.ts'], packages: ['@lit/react/', '(?:@types/)?react/'] },
  dev: { rooms: ['element', 'checkout', 'client', 'messages', 'model', 'define.ts'] },
  testing: {},
};

/** Rooms whose types may be named where nothing of them may run: the public types are spread over the layers. */
const types = {
  types: ['element', 'checkout', 'messages', 'model'],
  'index.ts': ['checkout', 'client', 'messages', 'model'],
};

/** Frameworks whose types are named, and which are not installed here. */
const typesAlone = ['^solid-js', '^svelte/', '^vue$'];

const inside = (room) => `^src/${room.replace('.', '\\.')}${room.endsWith('.ts') ? '$' : '/'}`;

const roomRules = Object.entries(rooms).flatMap(([room, { rooms: others = [], packages = [] }]) => [
  {
    name: `${room} imports only what is right of it`,
    severity: 'error',
    from: { path: inside(room) },
    to: { path: '^src/', pathNot: [room, ...others, ...(types[room] ?? [])].map(inside) },
  },
  {
    name: `${room} imports only types from there`,
    severity: 'error',
    from: { path: inside(room) },
    to: { path: (types[room] ?? ['nothing']).map(inside), dependencyTypesNot: ['type-only'] },
  },
  {
    name: `${room} imports only packages that it is known for`,
    severity: 'error',
    from: { path: inside(room) },
    to: { path: '^node_modules/', pathNot: packages.map((name) => `^node_modules/${name}`) },
  },
]);

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'every room of src is declared',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(rooms).map(inside) },
      to: {},
    },
    {
      name: 'src imports nothing around it',
      comment: 'The test kit alone is made of the simulator, and bundled.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside('testing') },
      to: { pathNot: ['^src/', '^node_modules/', ...typesAlone] },
    },
    {
      name: 'the test kit imports the simulator and nothing else around it',
      severity: 'error',
      from: { path: inside('testing') },
      to: { pathNot: [inside('testing'), '^simulator/', '^server/src/'] },
    },
    {
      name: 'the demo knows the widget by its public names, as a merchant does',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(?:src|dist)/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'simulator and server know of the widget its entries and its model of results',
      severity: 'error',
      from: { path: '^(?:simulator|server)/' },
      to: { path: '^(?:src|dist)/', pathNot: ['^src/model/', '^src/client/index\\.ts$'] },
    },
    {
      name: 'the server does not know who simulates Daraja',
      severity: 'error',
      from: { path: '^server/src/' },
      to: { path: '^simulator/' },
    },
    {
      name: 'nothing that ships knows the tests, the build or the demo',
      severity: 'error',
      from: { path: '^(?:src|simulator|server/src)/' },
      to: { path: '^(?:test|build|scripts|demo|server/test)/' },
    },
    {
      name: 'the demo knows no test and no build',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(?:test|build|scripts)/' },
    },
    {
      name: 'no circles, but of types',
      severity: 'error',
      from: { path: '^(?:src|demo|simulator|server)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'what is imported is there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: typesAlone },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // What TypeScript removes is a dependency too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['browser', 'import', 'module', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts'],
    },
  },
};
