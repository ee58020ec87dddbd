/**
 * Every snippet of the documentation, pasted as it stands: it is in the language that it says, knows every name that it uses, and
 * names the endpoints of every checkout. What the guides take from an app is held to that app or example by guides.test.ts, and run with it.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { PROPERTIES } from '../../src/element/properties.js';
import { root } from './support/packed.js';

interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  /** The file that it belongs into, where the page names one. */
  readonly path: string | undefined;
  readonly code: string;
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'server/README.md',
  'examples/shop/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/^(?:decisions|site)\//.test(path))
    .map((path) => `docs/${path}`),
];

function snippetsOf(page: string, markdown: string): Snippet[] {
  const fences = markdown.matchAll(/^( *)```([\w-]*)(?: (\S+))?\n([^]*?)^\1```$/gm);
  return [...fences].map(({ 1: indent = '', 2: language = '', 3: path, 4: code = '', index }) => ({
    page,
    line: markdown.slice(0, index).split('\n').length + 1,
    language,
    path,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

const snippets = pages.flatMap((page) => snippetsOf(page, readFileSync(join(root, page), 'utf8')));
const inLanguage = (...languages: string[]) => snippets.filter(({ language }) => languages.includes(language));
const at = ({ page, line }: Snippet) => `${page}:${line}`;

/** What browsers run of a page: its inline scripts. */
const scriptsOf = (snippet: Snippet): Snippet[] =>
  [...snippet.code.matchAll(/<script(?: type="module")?>([^]*?)<\/script>/g)].map(([, code = '']) => ({
    ...snippet,
    language: 'js',
    path: undefined,
    code,
  }));

/** Of JavaScript, which has no types: syntax, names and modules that nobody knows. */
const ABOUT_NAMES = [2304, 2305, 2307, 2551, 2552, 2614, 18004];

const APP = /^test\/integration\/([\w-]+)\//;
/** Held to its file, and run with it, by another test. */
const OF_A_FILE = /^(?:test\/integration|examples)\//;

/** Says which names of a snippet nobody knows, and what else the compiler finds wrong with it. */
function compile(all: readonly Snippet[]): string[] {
  const folder = join(root, 'node_modules/.cache/snippets');
  rmSync(folder, { recursive: true, force: true });
  const files = new Map<string, Snippet>();
  const apps = new Map<string, string>();
  for (const [index, snippet] of all.entries()) {
    const { page, language, path = `${index}.${language}`, code } = snippet;
    const app = APP.exec(path)?.[1] ?? apps.get(page) ?? '';
    apps.set(page, app);
    const file = join(folder, page, app, path.replace(APP, ''));
    mkdirSync(dirname(file), { recursive: true });
    const known = files.has(file) ? file.replace(/(\.\w+)$/, `-${index}$1`) : file;
    writeFileSync(known, code);
    if (!OF_A_FILE.test(path)) files.set(known, snippet);
  }
  const program = ts.createProgram([...files.keys()], {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    strict: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    jsx: ts.JsxEmit.ReactJSX,
    types: ['node', 'vite/client'],
    paths: {
      'vitumob-pay': [join(root, 'src/index.ts')],
      'vitumob-pay/client': [join(root, 'src/client/index.ts')],
      'vitumob-pay/react': [join(root, 'src/react.ts')],
      'vitumob-pay/dev': [join(root, 'src/dev/index.ts')],
      'vitumob-pay/testing': [join(root, 'src/testing/index.ts')],
      'vitumob-pay-server': [join(root, 'server/src/index.ts')],
      'vitumob-pay-server/node': [join(root, 'server/src/node.ts')],
      'vitumob-pay-server/prometheus': [join(root, 'server/src/prometheus.ts')],
      // Found by the name of the whole package, which is not installed here.
      playwright: [join(root, 'node_modules/playwright-core')],
    },
  });
  return ts
    .getPreEmitDiagnostics(program)
    .filter(({ file, code }) => {
      const snippet = file && files.get(file.fileName);
      return snippet && (snippet.language.startsWith('ts') || code < 2000 || ABOUT_NAMES.includes(code));
    })
    .map(({ file, messageText }) => {
      const snippet = files.get(file!.fileName)!;
      return `${at(snippet)} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

const script = (code: string, index: number): Snippet => ({
  ...{ page: 'wrong.md', line: index, language: 'js', path: undefined },
  code,
});

describe('Every snippet of the documentation', () => {
  it('says in which language it is, but for drawings and the histories of the proof', () => {
    assert.ok(snippets.length > 80, String(snippets.length));
    const nameless = snippets.filter(
      ({ page, language, code }) => page !== 'docs/proof.md' && !language && !/[┌└│]/.test(code),
    );
    assert.deepEqual(nameless.map(at), []);
  });

  it('compiles, and uses no name that it does not define', () => {
    const all = [...inLanguage('js', 'jsx', 'ts', 'tsx'), ...inLanguage('html').flatMap(scriptsOf)];
    const wrong = ['checkout.pay();', `import { pay } from 'vitumob-pay/nothing';`, 'const amount = ,'].map(script);
    const problems = compile([...all, ...wrong]);
    const ofWrong = problems.filter((problem) => problem.startsWith('wrong.md'));
    assert.deepEqual(
      problems.filter((problem) => !ofWrong.includes(problem)),
      [],
    );
    for (const { line } of wrong) assert.ok(ofWrong.some((problem) => problem.startsWith(`wrong.md:${line} `)));
  });

  it('is JSON, where it says so', () => {
    for (const snippet of inLanguage('json')) assert.doesNotThrow(() => JSON.parse(snippet.code), at(snippet));
  });

  it('is a command that a shell can read, where it is one', () => {
    for (const snippet of inLanguage('sh', 'bash')) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: snippet.code, encoding: 'utf8' });
      assert.equal(status, 0, `${at(snippet)} ${stderr}`);
    }
  });

  describe('that is a command', () => {
    /** What bash knows and PowerShell 5 or the Command Prompt does not, or not by that name or in that way. */
    const ELSEWHERE: readonly (readonly [what: string, pattern: RegExp])[] = [
      ['a comment', /(?:^|\s)#/m],
      ['a line that goes on in the next', /\\$/m],
      ['a chain', /&&|\|\||;/],
      ['a substitution', /\$\(|`/],
      ['a variable', /\$\w|\$\{/],
      ['a setting before the command', /^\s*[A-Z_]+=/m],
      ['a single quote around an argument', /'/],
      [
        'a command of Unix',
        /^\s*(?:export|set|source|\.|cp|mv|rm|ls|cat|touch|chmod|sudo|curl|wget|openssl|which|python3)\s/m,
      ],
      ['an option that the Command Prompt takes for a name', /^\s*mkdir\s+-/m],
    ];
    /** What is between double quotes goes to the program as it is, but for what bash or PowerShell puts in its place. */
    const bare = (code: string) =>
      code.replaceAll(/"([^"\n]*)"/g, (_, quoted: string) => `"${(quoted.match(/\$[\w({]|[`!]/g) ?? []).join('')}"`);
    const problems = (code: string) =>
      ELSEWHERE.filter(([, pattern]) => pattern.test(bare(code))).map(([what]) => what);

    it('works in PowerShell and in the Command Prompt too, if the page says `sh`', () => {
      for (const snippet of inLanguage('sh')) assert.deepEqual(problems(snippet.code), [], at(snippet));
    });

    it('is none of Unix alone in the middle of a sentence either', () => {
      for (const page of pages.filter((path) => path !== 'docs/proof.md')) {
        const text = readFileSync(join(root, page), 'utf8');
        assert.doesNotMatch(text, /`(?:curl|wget|openssl|export|cp|rm|sudo|source)\s[^`]*`/, page);
      }
    });

    it('is said to be for Linux or macOS, if it is `bash`, and there is little of it', () => {
      const ofUnix = inLanguage('bash');
      assert.ok(ofUnix.length < 10, String(ofUnix.length));
      assert.deepEqual(
        ofUnix
          .filter(({ page }) => /^(?:README|docs\/(?:start|go-live|paid|testing|guides\/.*)|examples\/)/.test(page))
          .map(at),
        [],
      );
      for (const snippet of ofUnix) {
        const before = readFileSync(join(root, snippet.page), 'utf8')
          .split('\n')
          .slice(0, snippet.line - 1)
          .join('\n')
          .split(/\n#+ /)
          .at(-1)!;
        assert.match(before, /\bLinux\b/, at(snippet));
      }
    });

    it('would be told of what works in bash alone', () => {
      for (const code of [
        ...['export A=1', 'A=1 npm start', 'npm ci && npm test', 'npm ci; npm test', 'npm test # all', 'cp a b'],
        ...["node -e 'one'", 'node -p "$HOME"', 'echo $(date)', 'curl -i http://localhost', 'docker run \\\n  image'],
        ...['mkdir -p one', 'sudo npm ci', 'docker run -v $PWD:/data image'],
      ])
        assert.equal(problems(code).length > 0, true, code);
      const anywhere = `node -p "crypto.randomBytes(32).toString('hex')"\nnpm start -- --port 5173\nmkdir one`;
      assert.deepEqual(problems(anywhere), []);
    });
  });

  it('is settings that Node reads, where it is such a file', () => {
    for (const snippet of inLanguage('ini')) {
      const lines = snippet.code.trim().split('\n');
      for (const line of lines) assert.match(line, /^[A-Z_]+=\S+$/, at(snippet));
    }
  });

  for (const [language, command, args] of [
    ['php', 'php', ['-l']],
    ['python', 'python3', ['-c', 'import sys; compile(sys.stdin.read(), "snippet", "exec")']],
  ] as const)
    if (spawnSync(command, ['--version']).status === 0)
      it(`is ${language}, where it says so`, () => {
        const own = inLanguage(language).filter(({ path }) => !OF_A_FILE.test(path ?? ''));
        assert.ok(own.length);
        for (const snippet of own) {
          const input =
            language === 'php' && !snippet.code.startsWith('<?php') ? `<?php\n${snippet.code}` : snippet.code;
          assert.doesNotThrow(() => execFileSync(command, args, { input, stdio: 'pipe' }), at(snippet));
        }
      });

  describe('that shows a checkout names its endpoints, or it would push for real money by the backend of others', () => {
    const tagsIn = (text: string) =>
      [...text.matchAll(/<(?:vitumob-pay|VitumobPay)(?:\s|\\n)[^]*?(?:\/>|<\/vitumob-pay>)/g)].map(([tag]) => tag);
    const lacks = (tag: string) => ['token', 'push'].filter((name) => !new RegExp(`\\b${name}-?url`, 'i').test(tag));
    const filesIn = (folder: string) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((path) => join(folder, path))
        .filter((path) => /\.(?:ts|js|mjs|html|php|md|txt|json)$/.test(path));
    const places = [
      ...pages,
      ...filesIn('src'),
      ...filesIn('examples'),
      ...['scripts/generate/llms.md', 'CHANGELOG.md', 'SECURITY.md'],
      ...['custom-elements.json', 'web-types.json', 'vscode.html-custom-data.json', 'llms.txt'].map(
        (name) => `dist/${name}`,
      ),
      ...filesIn('dist').filter((path) => path.endsWith('.d.ts')),
    ];
    // In prose a tag is a name, with what it says of it alone.
    const codeOf = (path: string, text: string) =>
      /\.(?:md|txt)$/.test(path)
        ? snippetsOf(path, text)
            .map(({ code }) => code)
            .join('\n')
        : text;
    const tags = places.flatMap((path) =>
      tagsIn(codeOf(path, readFileSync(join(root, path), 'utf8'))).map((tag) => ({ path, tag })),
    );

    it('in pages, in the documentation of the source, in examples, and in what is generated for editors and assistants', () => {
      assert.ok(tags.length > 25, String(tags.length));
      const source = [/^README/, /^docs\/guides/, /^src\/element/, /^src\/react/, /^examples/, /llms\.md/];
      const generated = [/custom-elements/, /web-types/, /vscode/, /llms\.txt/, /react\.d\.ts/];
      const without = [...source, ...generated].filter((place) => !tags.some(({ path }) => place.test(path)));
      assert.deepEqual(without, [], 'places without any tag');
      for (const { path, tag } of tags) assert.deepEqual(lacks(tag), [], `${path}: ${tag}`);
    });

    it('and would be told of one that does not', () => {
      assert.deepEqual(tagsIn('<vitumob-pay order-id="1" token-url="/t"></vitumob-pay>').map(lacks), [['push']]);
      const [arrow = ''] = tagsIn('<VitumobPay onPushSuccess={() => tell()} tokenUrl="/t" pushUrl="/p" />');
      assert.deepEqual(lacks(arrow), []);
    });
  });

  it('gives a checkout no attribute that it does not have', () => {
    const known = new Set([
      ...Object.values(PROPERTIES).flatMap(({ attribute }) => attribute || []),
      ...['id', 'class'],
    ]);
    for (const snippet of inLanguage('html')) {
      for (const [, attributes = ''] of snippet.code.matchAll(/<vitumob-pay\s((?:"[^"]*"|[^>"])*)>/g)) {
        const names = [...attributes.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, name = '']) => name);
        assert.deepEqual(
          names.filter((name) => !known.has(name)),
          [],
          at(snippet),
        );
      }
    }
  });

  it('styles only what there is to be styled', () => {
    const element = readFileSync(join(root, 'src/element/vitumob-pay-element.ts'), 'utf8');
    const names = (tag: string) =>
      [...element.matchAll(new RegExp(`@${tag} \\[?([\\w-]+)`, 'g'))].map(([, name]) => name);
    const checks = [
      [/(--vitumob-pay-[\w-]+)/g, names('cssproperty')],
      [/::part\((\w+)\)/g, names('csspart')],
      [/:state\((\w+)\)/g, names('cssstate')],
    ] as const;
    for (const snippet of inLanguage('css', 'html')) {
      for (const [pattern, known] of checks) {
        for (const [, name] of snippet.code.matchAll(pattern))
          assert.ok(known.includes(name), `${at(snippet)} ${name}`);
      }
    }
  });

  describe('that holds a request', () => {
    const holds = (name: string) => {
      const snippet = snippets.find(({ page, path }) => page === 'docs/backend.md' && path === name);
      assert.ok(snippet);
      return snippet.code;
    };

    it('answers once there is an outcome, and without one when the time is over: Node', async () => {
      const { hold, outcomes } = (await import(`data:text/javascript,${encodeURIComponent(holds('hold.mjs'))}`)) as {
        hold: (order: string, wait: string | null, outcomeOf: () => Promise<string | undefined>) => Promise<unknown>;
        outcomes: NodeJS.EventEmitter;
      };
      // As the sockets of a server do: neither the signal's timer nor a listener keeps a process alive.
      const alive = setInterval(() => undefined, 60_000);
      let outcome = undefined as string | undefined;
      const outcomeOf = () => Promise.resolve(outcome);
      assert.equal(await hold('error', null, outcomeOf), undefined);
      assert.equal(await hold('error', '-1', outcomeOf), undefined);
      const held = hold('error', '25', outcomeOf);
      outcome = 'paid';
      outcomes.emit('order:error');
      assert.equal(await held, 'paid');
      assert.equal(await hold('error', '25', outcomeOf), 'paid');
      clearInterval(alive);
    });

    const LATER = {
      python: 'lambda order: next(answers)',
      php: 'function () use (&$answers) { return array_shift($answers); }',
    };
    const runs = [
      [
        'python',
        'hold.py',
        ['-'],
        `answers = iter([None, 'paid', None])\nask = ${LATER.python}\nprint(hold('1', '9', ask), hold('1', '', ask))`,
      ],
      [
        'php',
        'hold.php',
        [],
        `$answers = [null, ['paid'], null]; $ask = ${LATER.php}; echo json_encode([hold('1', '9', $ask), hold('1', '', $ask)]);`,
      ],
    ] as const;
    for (const [language, file, args, code] of runs) {
      const command = language === 'python' ? 'python3' : 'php';
      if (spawnSync(command, ['--version']).status === 0)
        it(`looks until there is an outcome, and once without \`wait\`: ${language}`, () => {
          const said = execFileSync(command, args, { input: `${holds(file)}\n${code}\n`, encoding: 'utf8' });
          assert.equal(said.trim(), language === 'python' ? 'paid None' : '[["paid"],null]');
        });
    }
  });
});
