import {
  boolean,
  date,
  list,
  measured,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
} from '../../common/decode.ts';
import type { Decode } from '../../common/decode.ts';
import { unknown } from '../../common/measured.ts';
import type { ProblemText } from '../../common/problem.ts';
import type { Readings, SharedApplication } from '../../monitoring/watch/exchange.ts';
import { costShape, lightShape } from '../../postgres/table/readingShapes.ts';
import type { Newcomers, SaveChange, SaveEvidence } from '../../postgres/table/saveEvidence.ts';
import type {
  DetailMetrics,
  ExactCounts,
  IndexMetrics,
  SessionSample,
  SignatureCount,
  SessionTableFacts,
  SpaceHolder,
  SpacePart,
  SpaceUse,
  StatementMetrics,
} from '../../postgres/table/readings.ts';
import type { ApplicationReading } from '../../services/applicationMetrics/applicationReading.ts';
import { eachFigure } from '../../services/applicationMetrics/applicationReading.ts';
import type { ChosenMetrics } from '../../services/applicationMetrics/chooseMetrics.ts';

/**
 * What windows hand to each other, as this version knows it. The other window may run another version of the extension: a figure
 * that it does not tell is unknown here; a reading without what can't be unknown, such as its time or its counters, is not taken.
 */

const NOT_TOLD = unknown(
  'The window that reads runs another version of this extension, which does not tell it.',
  'Reload that window (Developer: Reload Window), so that all run the same version.',
);

const statement = object<StatementMetrics>({
  queryId: string,
  query: string,
  calls: number,
  totalMs: number,
  meanMs: number,
  rows: number,
});

const index = object<IndexMetrics>({
  name: string,
  definition: string,
  bytes: number,
  scans: number,
  valid: boolean,
  unique: boolean,
});

const space = object<SpaceUse>({
  toast: object<SpacePart>({ bytes: number, live: number, reusable: number }),
  indexes: list(
    object<SpaceUse['indexes'][number]>({
      name: string,
      bytes: number,
      live: optional(number),
      reusable: optional(number),
    }),
  ),
  holders: list(
    object<SpaceHolder>({
      kind: oneOf('transaction', 'prepared transaction', 'replication slot', 'standby'),
      name: string,
      seconds: nullable(number),
    }),
  ),
});

const sessionTable = object<SessionTableFacts>({
  schema: string,
  name: string,
  rows: nullable(number),
  bytes: number,
  writes: number,
  watched: boolean,
});

const sample = object<SessionSample>({
  rows: number,
  withLastActivity: number,
  anonymous: number,
  unreadable: record(number),
  cookieAgeSeconds: optional(number),
  signatures: optional(
    list(object<SignatureCount>({ key: string, sessions: number, newest: optional(date), oldest: optional(date) })),
  ),
  whyUnverified: optional(string),
});

const saves = object<SaveEvidence>({
  seconds: number,
  saves: number,
  changes: list(object<SaveChange>({ entries: list(string), saves: number, held: list(string) })),
  others: number,
  newcomers: object<Newcomers>({
    sessions: number,
    anonymous: number,
    inserted: number,
    settled: number,
    savedAgain: number,
    contents: list(object({ entries: list(string), sessions: number })),
  }),
  times: optional(list(list(number))),
});

const problem = object<ProblemText>({ code: string, what: string, why: string, next: string, transient: boolean });

const application = object<SharedApplication>({
  key: string,
  everyMs: number,
  reading: optional(
    object<ApplicationReading>({
      at: date,
      address: string,
      from: oneOf('metrics', 'prometheus'),
      figures: object(eachFigure(() => measured(number, NOT_TOLD))),
      windowSeconds: optional(number),
      metrics: optional(
        object<ChosenMetrics>({
          label: string,
          how: oneOf('table', 'setting', 'name'),
          histogram: string,
          unitMs: oneOf(1, 1000),
          requests: string,
          byStatus: optional(object({ counter: string, label: string })),
        }),
      ),
      notes: list(string),
      tookMs: number,
    }),
  ),
  problem: optional(problem),
});

export const SHARED_SHAPES: { readonly [K in keyof Readings]: Decode<Readings[K]> } = {
  light: lightShape(NOT_TOLD),
  detail: object<DetailMetrics>({
    at: date,
    statements: measured(list(statement), NOT_TOLD),
    indexes: measured(list(index), NOT_TOLD),
    sample: measured(sample, NOT_TOLD),
    saves: measured(saves, NOT_TOLD),
    tables: measured(list(sessionTable), NOT_TOLD),
    space: measured(space, NOT_TOLD),
    cost: costShape,
  }),
  exact: object<ExactCounts>({ at: date, total: number, active: number, expired: number, cost: costShape }),
  problem,
  application,
};
