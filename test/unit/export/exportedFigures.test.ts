import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXPORTED_FIGURES, NOT_EXPORTED } from '../../../src/export/exportedFigures.ts';
import { findMetric, METRICS, type MetricGroupId } from '../../../src/monitoring/metrics/metrics.ts';
import { EXPORT_QUERIES, exportedName } from '../../../src/postgres/export/exportQueries.ts';

const GROUPS: readonly MetricGroupId[] = ['sessions', 'writes', 'table', 'connections', 'database', 'statements'];

it('exports every metric that comes from the database, or says why not', () => {
  const exported = EXPORTED_FIGURES.map(({ metric }) => metric);
  const unexported = Object.keys(NOT_EXPORTED);
  const wanted = METRICS.filter(({ group }) => GROUPS.includes(group)).map(({ id }) => id);
  assert.deepEqual([...exported, ...unexported].sort(), [...wanted].sort());
});

it('makes each figure of columns that are exported, in the unit of the metric', () => {
  const columns = new Map(
    EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => [exportedName(query, column), column])),
  );
  for (const figure of EXPORTED_FIGURES) {
    const { metric, kind } = figure;
    const names =
      kind === 'value' || kind === 'slope'
        ? [figure.of]
        : kind === 'rate'
          ? figure.of
          : [figure.part, figure.whole].flat();
    for (const name of names) {
      const column = columns.get(name);
      assert.ok(column, `${metric}: ${name}`);
      // Rates are of counters, and nothing else is.
      if (kind === 'rate' || kind === 'share') assert.equal(column.kind, 'counter', name);
    }
    assert.ok(findMetric(metric), metric);
  }
});

it('names metrics as Prometheus wants them', () => {
  const names = EXPORT_QUERIES.flatMap((query) =>
    query.columns.flatMap((column) =>
      column.kind === 'label' ? [] : [{ ...column, name: exportedName(query, column) }],
    ),
  );
  assert.equal(new Set(names.map(({ name }) => name)).size, names.length);
  for (const { name, kind, unit } of names) {
    assert.match(name, /^django_session(?:_[a-z]+)+$/);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    if (unit !== 'count' && unit !== 'text') assert.ok(name.replace(/_total$/, '').endsWith(`_${unit}`), name);
  }
  // One of them for one name: an exporter that has the same name for two queries refuses both.
  assert.equal(new Set(EXPORT_QUERIES.map(({ prefix }) => prefix)).size, EXPORT_QUERIES.length);
});
