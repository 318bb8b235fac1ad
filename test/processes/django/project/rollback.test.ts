import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readProject } from '../../../../src/django/project/findProject.ts';
import type { DjangoProject } from '../../../../src/django/project/project.ts';
import { planProjectRollback } from '../../../../src/django/rollback/projectRollback.ts';
import type { RollbackAction } from '../../../../src/django/rollback/rollback.ts';
import { describeThrottle } from '../../../../src/django/throttle/describeThrottle.ts';
import { below, memoryFileSystem } from '../../../unit/django/memory.ts';
import { splitProjects, THROTTLE, type SplitProject } from './corpus.ts';
import { importProjects, type Outcome } from './python.ts';

/** CPython is the judge: each project is imported before and after. */

const ROOT = '/srv/shop';
const PROJECTS = splitProjects();
const BEFORE = importProjects(PROJECTS);
const READ = await Promise.all(
  PROJECTS.map(({ files }) => readProject(memoryFileSystem(below(ROOT, files)), ROOT, { environment: {} })),
);

const textsOf = (files: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(below(ROOT, files)));

interface Case {
  readonly project: SplitProject;
  readonly read: DjangoProject;
  readonly before: Outcome;
}

const CASES = PROJECTS.map((project, i): Case => {
  const [read, before] = [READ[i], BEFORE[i]];
  assert.ok(read !== undefined && before !== undefined);
  return { project, read, before };
});

test('the corpus is what it says', () => {
  assert.ok(CASES.length >= 200, String(CASES.length));
  for (const { project, before } of CASES) {
    assert.equal(before.error, undefined, project.name);
    assert.ok(before.middleware?.includes(THROTTLE), project.name);
  }
});

test('MIDDLEWARE and the settings are those that Python makes, and the file that decides is named', () => {
  for (const { project, read, before } of CASES) {
    assert.deepEqual(read.middleware, before.middleware, project.name);
    const texts = textsOf(project.files);
    const throttle = describeThrottle(read, texts);
    const { state, place, saveEveryRequest, cookieAge } = throttle;
    assert.deepEqual([state, place?.file], ['on', path.join(ROOT, project.file)], project.name);
    const text = texts.get(place?.file ?? '') ?? '';
    assert.match(text.slice(place?.from, place?.to), /^'shop\.middleware\.ThrottledSessionMiddleware'$/);
    assert.equal(place?.line, text.slice(0, place?.from).split('\n').length - 1);
    const repr = (value: boolean | undefined): string | undefined =>
      value === undefined ? undefined : value ? 'True' : 'False';
    assert.equal(repr(saveEveryRequest?.value), before.session?.['SESSION_SAVE_EVERY_REQUEST'], project.name);
    assert.equal(cookieAge?.value?.toString(), before.session?.['SESSION_COOKIE_AGE'], project.name);
    for (const setting of [saveEveryRequest, cookieAge]) {
      if (setting === undefined) continue;
      const statement = (texts.get(setting.file) ?? '').slice(setting.from, setting.to);
      assert.match(statement, /^SESSION_[A-Z_]+ = .+$/);
    }
  }
});

for (const action of ['disable', 'fullRollback'] satisfies RollbackAction[]) {
  test(`${action} of ${CASES.length} projects takes effect and changes nothing else; restore gives the same bytes`, () => {
    const done = CASES.map(({ project, read }) => {
      const plan = planProjectRollback(read, textsOf(project.files), action);
      assert.ok(plan.kind === 'edit', `${project.name}: ${'reason' in plan ? plan.reason : ''}`);
      const files = { ...project.files };
      for (const { file, after } of plan.files) files[path.relative(ROOT, file)] = after;
      const changed = Object.keys(files).filter((file) => files[file] !== project.files[file]);
      assert.ok(changed.includes(project.file), project.name);
      assert.ok(changed.length <= (action === 'disable' ? 1 : 3), project.name);
      return { ...project, files };
    });
    const after = importProjects(done);
    for (const [i, { project, read, before }] of CASES.entries()) {
      const { files } = done[i] ?? project;
      const shown = `${project.name}\n${JSON.stringify(files, undefined, 2)}`;
      const { middleware, session, error } = after[i] ?? {};
      assert.equal(error, undefined, shown);
      assert.deepEqual(
        middleware,
        before.middleware?.filter((entry) => entry !== THROTTLE),
        shown,
      );
      const expected = action === 'disable' ? {} : { SESSION_SAVE_EVERY_REQUEST: 'True' };
      assert.deepEqual(session, { ...before.session, ...expected }, shown);

      const texts = textsOf(files);
      assert.equal(describeThrottle(read, texts).state, 'off', shown);
      assert.equal(planProjectRollback(read, texts, action).kind, 'nothing', shown);
      const back = planProjectRollback(read, texts, 'restore');
      assert.ok(back.kind === 'edit', shown);
      for (const edited of back.files) texts.set(edited.file, edited.after);
      assert.deepEqual(texts, textsOf(project.files), shown);
    }
  });
}
