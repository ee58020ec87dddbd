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

const workflows = filesIn('.github/workflows');
const forms = filesIn('.github/ISSUE_TEMPLATE').filter((path) => !path.endsWith('config.yml'));
const pages = ['README.md', 'CONTRIBUTING.md', 'docs/demo-backend.md', 'docs/stability.md'];

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

  it('publish with provenance, and give the right to it to the release alone', () => {
    const release = parse(read('.github/workflows/release.yml')) as {
      permissions: object;
      jobs: Record<string, { permissions?: Record<string, string>; steps: { env?: Record<string, string> }[] }>;
    };
    assert.deepEqual(release.permissions, { contents: 'read' });
    const { permissions, steps } = release.jobs['release']!;
    assert.equal(permissions?.['id-token'], 'write');
    assert.equal(steps.at(-1)?.env?.['NPM_CONFIG_PROVENANCE'], 'true');
    for (const path of workflows.filter((name) => !name.endsWith('release.yml'))) {
      assert.doesNotMatch(read(path), /id-token|secrets\./, path);
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
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  for (const path of [...pages, ...workflows, '.ci/run']) {
    it(`are there: ${path}`, () => {
      const commands = read(path).matchAll(/\bnpm run (?:-s )?([\w:]+)|\bnpm (test|start)\b/g);
      const unknown = [...commands].filter(([, run, plain]) => !scripts[run ?? plain ?? '']);
      assert.deepEqual(unknown, []);
    });
  }
});
