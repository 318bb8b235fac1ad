import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readProject } from '../../../../src/django/project/findProject.ts';
import { planProjectRollback } from '../../../../src/django/rollback/projectRollback.ts';
import type { RollbackAction } from '../../../../src/django/rollback/rollback.ts';
import { describeThrottle } from '../../../../src/django/throttle/describeThrottle.ts';
import { seeded } from '../../../kit/random.ts';
import { below, memoryFileSystem } from '../../../unit/django/memory.ts';
import { mutate } from '../rollback/mutations.ts';
import { splitProjects } from './corpus.ts';
import { importProjects, type Project } from './python.ts';

const ROOT = '/srv/shop';
const COUNT = Number(process.env['MUTATIONS'] ?? 600);
const ACTIONS: readonly RollbackAction[] = ['disable', 'fullRollback', 'restore'];

interface Planned {
  readonly action: RollbackAction;
  readonly before: Project;
  readonly after: Project;
  readonly warnings: readonly string[];
}

test(`${COUNT} mutated projects: never a throw, and what is planned does what it says`, async () => {
  const random = seeded(Number(process.env['SEED'] ?? 5));
  const corpus = splitProjects();
  const planned: Planned[] = [];
  for (let i = 0; i < COUNT; i++) {
    const chosen = corpus[Math.floor(random() * corpus.length)];
    assert.ok(chosen !== undefined);
    const { files, module } = chosen;
    const settings = Object.keys(files).filter((file) => file !== 'manage.py');
    const file = settings[Math.floor(random() * settings.length)] ?? '';
    const before = { module, files: { ...files, [file]: mutate(files[file] ?? '', random) } };
    const fs = memoryFileSystem(below(ROOT, i % 2 === 0 ? before.files : files));
    const project = await readProject(fs, ROOT, { environment: {} });
    // Every other one is typed and not saved.
    const texts = new Map(Object.entries(below(ROOT, before.files)));
    const throttle = describeThrottle(project, texts);
    for (const place of throttle.candidates) {
      assert.ok(place.from < place.to && place.to <= (texts.get(place.file) ?? '').length, JSON.stringify(before));
    }
    for (const action of ACTIONS) {
      const plan = planProjectRollback(project, texts, action);
      if (plan.kind !== 'edit' || action === 'restore') continue;
      const changed = plan.files.map((edited) => [path.relative(ROOT, edited.file), edited.after] as const);
      const after = { module, files: { ...before.files, ...Object.fromEntries(changed) } };
      planned.push({ action, before, after, warnings: plan.warnings });
    }
  }
  assert.ok(planned.length > COUNT / 2, String(planned.length));
  const [before, after] = [importProjects(planned.map((p) => p.before)), importProjects(planned.map((p) => p.after))];
  let checked = 0;
  for (const [i, { action, warnings, ...texts }] of planned.entries()) {
    const [had, has] = [before[i] ?? {}, after[i] ?? {}];
    const shown = `${action} ${JSON.stringify(texts, undefined, 2)} ${JSON.stringify({ had, has, warnings }, undefined, 2)}`;
    if (had.error !== undefined) continue;
    checked++;
    assert.equal(has.error, undefined, shown);
    // Where not all of the list is known, the plan says so.
    const unsure = warnings.some((warning) => /is not known|condition/.test(warning));
    const expected = (had.middleware ?? []).filter((entry) => entry.split('.').at(-1) !== 'ThrottledSessionMiddleware');
    if (!unsure) assert.deepEqual(has.middleware, expected, shown);
    if (action !== 'fullRollback') assert.deepEqual(has.session, had.session, shown);
    else if (!unsure) assert.equal(has.session?.['SESSION_SAVE_EVERY_REQUEST'], 'True', shown);
  }
  assert.ok(checked > COUNT / 3, String(checked));
});
