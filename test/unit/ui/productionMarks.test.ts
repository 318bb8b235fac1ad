import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProductionMarks } from '../../../src/ui/connection/django/productionMarks.ts';

test('what a person has said of production holds for one target of a connection only', async () => {
  const kept = new Map<string, unknown>();
  const marks = new ProductionMarks({
    get: (key: string) => kept.get(key),
    keys: () => [...kept.keys()],
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as never);
  const local = { id: 'django:/shop:default', target: 'shop on 127.0.0.1:5433' };
  assert.equal(marks.of(local.id, local.target), undefined);
  await marks.set(local, true);
  assert.deepEqual(marks.of(local.id, local.target), { value: true, why: 'You have said that it is production.' });
  await marks.set(local, false);
  assert.equal(marks.of(local.id, local.target)?.value, false);
  assert.equal(marks.of(local.id, 'shop on db.example.com:5432'), undefined, 'another server is judged anew');
  assert.equal(marks.of('django:/other:default', local.target), undefined);
});
