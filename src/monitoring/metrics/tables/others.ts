import { formatNumber } from '../../../common/format.ts';
import { isKnown, mapMeasured } from '../../../common/measured.ts';
import type { SessionTableFacts } from '../../../postgres/table/readings.ts';
import type { MetricRow } from '../metric.ts';
import { exactly, fromDetail } from '../read.ts';

/** Of a schema per tenant the largest are shown; all are in the sum, and can be chosen. */
const SHOWN_TABLES = 20;

function aboutTable({ schema, name, rows, writes, watched }: SessionTableFacts, other?: SessionTableFacts): string {
  const count = rows === null ? 'Rows not counted yet' : `About ${formatNumber(rows)} rows`;
  if (watched) return `${count}; this is the one that is watched`;
  const written = `${formatNumber(writes)} written since the statistics began`;
  const isLeft = other?.schema === schema && other.name !== name;
  return isLeft
    ? `${count}, ${written}; left behind, unless another project writes it: the sessions that are watched are in ${other.name}`
    : `${count}, ${written}`;
}

export const OTHER_TABLE_METRICS = [
  {
    id: 'table.all',
    group: 'table',
    label: 'All session tables',
    inTree: 'All tables',
    unit: 'bytes',
    what: 'All tables of this database with the columns of a session table: of other schemas (tenants), of other session engines, and what an earlier engine has left behind.',
    source: 'pg_class, pg_total_relation_size() of each',
    advice:
      'Run "Choose Session Table…" to watch another. One that nothing writes any more can be emptied once you are sure that no other project uses it.',
    absent: (s) => (fromDetail(s, 'tables').value ?? []).length < 2,
    read: (s) => mapMeasured(fromDetail(s, 'tables'), (tables) => tables.reduce((sum, { bytes }) => sum + bytes, 0)),
    children: (s) => {
      const tables = fromDetail(s, 'tables');
      if (!isKnown(tables)) return [];
      const watched = tables.value.find((table) => table.watched);
      return tables.value.slice(0, SHOWN_TABLES).map((table) => ({
        key: `${table.schema}.${table.name}`,
        label: `${table.schema}.${table.name}`,
        unit: 'bytes' as const,
        value: exactly(table.bytes, tables.at),
        detail: aboutTable(table, watched),
      }));
    },
  },
] as const satisfies readonly MetricRow[];
