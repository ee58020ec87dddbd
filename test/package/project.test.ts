import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { validateWorkflow } from '@action-validator/core';
import { parse } from 'yaml';
import { root } from './support/packed.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string) => readdirSync(join(root, folder)).map((name) => join(folder, name));

interface IssueForm {
  readonly name?: string;
  readonly description?: string;
  readonly body?: readonly { type: string; id?: string; attributes?: { label?: string; value?: string } }[];
}

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly env?: object;
  readonly strategy?: { readonly matrix: { readonly include: readonly { node: number; image: string }[] } };
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const workflow = (path: string) => parse(read(path)) as Workflow;
const stepsOf = (path: string) => Object.values(workflow(path).jobs).flatMap(({ steps }) => steps);

const workflows = filesIn('.github/workflows');
const forms = filesIn('.github/ISSUE_TEMPLATE').filter((path) => !path.endsWith('config.yml'));
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'server/README.md', 'examples/shop/README.md'],
  ...filesIn('docs').filter((path) => path.endsWith('.md')),
  ...filesIn('docs/guides'),
];

describe('The workflows', () => {
  for (const path of workflows) {
    it(`are what GitHub takes: ${path}`, () => {
      assert.deepEqual(validateWorkflow(read(path)).errors, []);
    });
  }

  it('would be told of a mistake', () => {
    const mistaken = read('.github/workflows/ci.yml').replace('runs-on:', 'run-on:');
    assert.ok(validateWorkflow(mistaken).errors.length);
  });

  it('run actions of others by the hash of a commit, which nobody can move, and leave no credentials on the disk', () => {
    for (const path of workflows) {
      const uses = [...read(path).matchAll(/\buses: *(.*)/g)].map(([, action]) => action);
      for (const action of uses) assert.match(action ?? '', /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, path);
      const checkouts = stepsOf(path).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
      for (const { with: given } of checkouts) assert.equal(given?.['persist-credentials'], false, path);
      for (const [image] of read(path).matchAll(/\bimage: .*/g)) assert.match(image, /@sha256:[0-9a-f]{64}$/);
    }
  });

  it('give the right to publish to one job, which runs no code of the repository and has no secret', () => {
    const publishing = workflows.flatMap((path) =>
      // GitHub Pages asks for a token of its own kind: see below.
      Object.values(workflow(path).jobs).filter(
        ({ permissions }) => permissions?.['id-token'] && !permissions['pages'],
      ),
    );
    assert.equal(publishing.length, 1);
    const [job] = publishing;
    assert.deepEqual(job?.permissions, { 'id-token': 'write' });
    assert.equal(job.environment, 'npm');
    assert.deepEqual(
      job.steps.flatMap(({ run }) => run ?? []),
      ['npm publish ./vitumob-pay-*.tgz --access public --ignore-scripts'],
    );
    assert.ok(job.steps.every(({ uses }) => !uses?.startsWith('actions/checkout@')));
    assert.doesNotMatch(JSON.stringify(job), /secrets\./);
  });

  it('test on the oldest Node that the package promises and on one that is supported, in images that nobody can move', () => {
    const { gate, audit } = workflow('.github/workflows/ci.yml').jobs;
    const rows = gate?.strategy?.matrix.include ?? [];
    const [promised] =
      /\d+/.exec((JSON.parse(read('package.json')) as { engines: { node: string } }).engines.node) ?? [];
    assert.deepEqual(rows.map(({ node }) => node).sort(), [Number(promised), 24]);
    for (const { node, image } of rows) assert.match(image, new RegExp(`^node:${node}-\\w+@sha256:[0-9a-f]{64}$`));
    assert.ok(
      audit?.steps.some(({ run }) => run?.startsWith('npm audit')),
      'known advisories are looked for',
    );
  });

  it('run the tests on the pull request of a release too, though GitHub starts none for one that a workflow opens', () => {
    const asking = Object.values(workflow('.github/workflows/release.yml').jobs).filter(({ steps }) =>
      steps.some(({ uses }) => uses?.startsWith('changesets/action@')),
    );
    assert.equal(asking.length, 1);
    const runs = asking[0]!.steps.flatMap(({ run }) => run ?? []);
    assert.ok(
      runs.some(
        (run) => run.startsWith('gh workflow run ci.yml') && run.includes('changeset-release/$GITHUB_REF_NAME'),
      ),
    );
    assert.equal(asking[0]!.permissions?.['actions'], 'write');
    assert.match(read('.github/workflows/ci.yml'), /^ {2}workflow_dispatch:$/m);
  });

  it('are kept up to date, as the packages are', () => {
    const { updates } = parse(read('.github/dependabot.yml')) as { updates: { 'package-ecosystem': string }[] };
    const kept = updates.map((update) => update['package-ecosystem']);
    for (const ecosystem of ['npm', 'github-actions']) assert.ok(kept.includes(ecosystem), ecosystem);
  });

  it('put the documentation on Pages by a job that does nothing else', () => {
    const jobs = workflows.flatMap((path) => Object.values(workflow(path).jobs));
    const [job, ...others] = jobs.filter(({ permissions }) => permissions?.['pages']);
    assert.deepEqual(others, []);
    assert.deepEqual(job?.permissions, { pages: 'write', 'id-token': 'write' });
    assert.equal(job.environment, 'github-pages');
    assert.deepEqual(
      job.steps.map(({ uses, run }) => run ?? uses?.split('@')[0]),
      ['actions/deploy-pages'],
    );
  });

  it('let no job that may write run the tests or the build, and show GitHub’s own token to single steps alone', () => {
    for (const path of workflows) {
      assert.deepEqual(workflow(path).permissions, { contents: 'read' });
      for (const { permissions, steps, env } of Object.values(workflow(path).jobs)) {
        assert.equal(env, undefined);
        const runs = steps.map(({ run }) => run).join('\n');
        if (Object.values(permissions ?? {}).includes('write')) assert.doesNotMatch(runs, /npm (?:test|run|pack)/);
      }
      for (const [secret] of read(path).matchAll(/secrets\.\w+/g)) assert.equal(secret, 'secrets.GITHUB_TOKEN');
    }
  });
});

describe('The package', () => {
  it('says where it comes from, which npm compares with what publishes it', () => {
    const { repository, bugs, homepage } = JSON.parse(read('package.json')) as Record<string, unknown>;
    assert.deepEqual(repository, { type: 'git', url: 'git+https://github.com/vitumob/vitumob-pay.git' });
    assert.deepEqual(bugs, { url: 'https://github.com/vitumob/vitumob-pay/issues' });
    assert.equal(homepage, 'https://github.com/vitumob/vitumob-pay#readme');
  });

  it('and the server’s say it too, by which npm leads the links of its README to the repository', () => {
    const { repository, bugs, homepage } = JSON.parse(read('server/package.json')) as Record<string, unknown>;
    const url = 'git+https://github.com/vitumob/vitumob-pay.git';
    assert.deepEqual(repository, { type: 'git', url, directory: 'server' });
    assert.deepEqual(bugs, { url: 'https://github.com/vitumob/vitumob-pay/issues' });
    assert.equal(homepage, 'https://github.com/vitumob/vitumob-pay/tree/main/server#readme');
  });

  it('and its documentation are installed from packages that each have a hash in the lock file, so that none can be swapped', () => {
    for (const lock of ['package-lock.json', 'docs/site/package-lock.json']) {
      const { packages } = JSON.parse(read(lock)) as {
        packages: Record<string, { integrity?: string; link?: boolean }>;
      };
      const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
      assert.ok(installed.length > 100);
      const unsealed = installed.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
      assert.deepEqual(
        unsealed.map(([path]) => path),
        [],
      );
    }
  });
});

describe('The issue forms', () => {
  for (const path of forms) {
    it(`have what GitHub asks for, and ask for no secret: ${path}`, () => {
      const { name, description, body = [] } = parse(read(path)) as IssueForm;
      assert.ok(name && description && body.length > 1);
      const ids = body.flatMap(({ id }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length);
      for (const { type, id, attributes } of body) {
        assert.match(type, /^(?:markdown|textarea|input|dropdown|checkboxes)$/);
        assert.ok(type === 'markdown' ? attributes?.value : id && attributes?.label, `${path}: ${id ?? type}`);
      }
      assert.match(body[0]?.attributes?.value ?? '', /Never paste an access token.*phone number/s);
    });
  }
});

describe('The commands that the documentation and the workflows name', () => {
  const scriptsOf = (path: string) => (JSON.parse(read(path)) as { scripts: Record<string, string> }).scripts;
  const scripts: Record<string, string> = {
    ...scriptsOf('examples/shop/package.json'),
    ...scriptsOf('package.json'),
  };

  for (const path of [...pages, ...workflows, '.ci/run']) {
    it(`are there: ${path}`, () => {
      const commands = read(path).matchAll(/\bnpm run (?:-s )?([\w:]+)|\bnpm (test|start)\b/g);
      const unknown = [...commands].filter(([, run, plain]) => !scripts[run ?? plain ?? '']);
      assert.deepEqual(unknown, []);
    });
  }
});
