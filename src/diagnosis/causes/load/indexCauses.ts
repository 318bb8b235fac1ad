import { formatBytes, formatNumber, formatPercent } from '../../../common/format.ts';
import { canFindSaves } from '../../../postgres/saves/savedSessions.ts';
import { sessionsShare, writingShare, type LoadWatch } from '../../../postgres/diagnosis/watchLoad.ts';
import type { IndexMetrics } from '../../../postgres/table/readings.ts';
import { cause, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { statementsExhibit } from './loadFigures.ts';

/** Changes of the table, since its statistics began, after which an index that was never read is one too many. */
const ENOUGH_CHANGES = 1_000;

const BY_KEY = /USING (?:btree|hash) \("?session_key"?(?: \w+)?\)$/u;
const BY_EXPIRY = /USING btree \("?expire_date"?(?: \w+)?\)$/u;

const MIGRATE: Remedy = {
  title: 'Create the index',
  text: 'Run "python manage.py migrate sessions", or create it with CREATE INDEX CONCURRENTLY, which lets the site go on.',
};

export const INDEX_CAUSES = [
  cause({
    id: 'key-index-missing',
    title: 'No index finds a session by its key',
    symptoms: ['load'],
    needs: ['indexes', 'load'],
    judge: ({ indexes: { value: indexes }, load: { value: load } }) => {
      const found = indexes.find(({ valid, definition }) => valid && BY_KEY.test(definition));
      if (found !== undefined) return { verdict: 'ruledOut', sentence: `${found.name} is there and valid.` };
      const scans = load.after.sequentialScans - load.before.sequentialScans;
      return {
        verdict: 'found',
        // All that statements on sessions take is reading the table from end to end.
        share: sessionsShare(load) ?? (scans > 0 ? 1 : 0),
        confidence: 'certain',
        sentence: `There is no valid index on session_key: each request reads all ${formatNumber(load.after.live)} rows to find one. In ${seconds(load)} the table was read from end to end ${formatNumber(scans)} times.`,
        exhibits: [...indexExhibits(indexes), ...sessionStatements(load)],
        remedies: [MIGRATE],
      };
    },
  }),
  cause({
    id: 'expiry-index-missing',
    title: 'No index finds sessions by their expiry',
    symptoms: ['load'],
    needs: ['indexes', 'load'],
    judge: ({ indexes: { value: indexes }, load: { value: load } }) => {
      if (canFindSaves(indexes))
        return { verdict: 'ruledOut', sentence: 'An index on expire_date is there and valid.' };
      const scans = load.after.sequentialScans - load.before.sequentialScans;
      const allScans = Math.max(1, scans + load.after.indexScans - load.before.indexScans);
      return {
        verdict: 'found',
        share: (sessionsShare(load) ?? 1) * (scans / allScans),
        confidence: 'certain',
        sentence: `There is no valid index on expire_date: each cleanup, and all that asks for expired sessions, reads the whole table. In ${seconds(load)} it was read from end to end ${formatNumber(scans)} times.`,
        exhibits: indexExhibits(indexes),
        remedies: [MIGRATE],
      };
    },
  }),
  cause({
    id: 'index-invalid',
    title: 'An index is invalid: it is written and never read',
    symptoms: ['load'],
    needs: ['indexes', 'load'],
    judge: ({ indexes: { value: indexes }, load: { value: load } }) => {
      const invalid = indexes.filter(({ valid }) => !valid);
      if (invalid.length === 0)
        return { verdict: 'ruledOut', sentence: `All ${formatNumber(indexes.length)} indexes are valid.` };
      return {
        verdict: 'found',
        share: partOfWrites(invalid, indexes, load),
        confidence: 'certain',
        sentence: `${names(invalid)} ${invalid.length === 1 ? 'is' : 'are'} invalid, as a CREATE INDEX CONCURRENTLY leaves them that has failed: each save writes ${invalid.length} of ${indexes.length + 1} entries for nothing.`,
        exhibits: indexExhibits(indexes),
        remedies: [
          {
            title: 'Build it anew or drop it',
            text: `REINDEX INDEX CONCURRENTLY ${names(invalid)}; or DROP INDEX CONCURRENTLY.`,
          },
        ],
      };
    },
  }),
  cause({
    id: 'index-unused',
    title: 'An index is written and never read',
    symptoms: ['load'],
    needs: ['indexes', 'load'],
    judge: ({ indexes: { value: indexes }, load: { value: load } }) => {
      const changes = load.after.inserted + load.after.updated;
      const spare = withoutDjangos(indexes).filter(({ valid, scans, unique }) => valid && scans === 0 && !unique);
      if (spare.length === 0)
        return { verdict: 'ruledOut', sentence: 'Beside those that Django makes there is none that is never read.' };
      if (load.after.standby)
        return { verdict: 'unseen', reason: 'A standby does not know what is read on the primary.' };
      if (changes < ENOUGH_CHANGES)
        return {
          verdict: 'unseen',
          reason: `The statistics know of ${formatNumber(changes)} changes only, too few to call ${names(spare)} unused.`,
          next: 'Diagnose again when more was saved.',
        };
      return {
        verdict: 'found',
        share: partOfWrites(spare, indexes, load),
        confidence: 'likely',
        sentence: `${names(spare)} (${formatBytes(spare.reduce((sum, { bytes }) => sum + bytes, 0))}) was never read in ${formatNumber(changes)} changes of the table, and each of them writes to it.`,
        exhibits: indexExhibits(indexes),
        remedies: [
          { title: 'Drop it', text: `Where no standby reads it either: DROP INDEX CONCURRENTLY ${names(spare)};` },
        ],
      };
    },
  }),
];

/**
 * Every save is a new version of the row with an entry in each index (expire_date is indexed and changes, so that no update is HOT): so
 * many of these entries, × what writing sessions is of the server's time.
 */
function partOfWrites(some: readonly IndexMetrics[], all: readonly IndexMetrics[], load: LoadWatch): number {
  return (some.length / (all.length + 1)) * (writingShare(load) ?? 1);
}

/** Those that Django does not make: it makes one by the key, one for LIKE, and one on expire_date. */
function withoutDjangos(indexes: readonly IndexMetrics[]): readonly IndexMetrics[] {
  const djangos = [/\(session_key varchar_pattern_ops\)$/u, BY_EXPIRY, /UNIQUE.*\("?session_key"?\)$/u].map((pattern) =>
    indexes.find(({ definition, valid }) => valid && pattern.test(definition)),
  );
  return indexes.filter((index) => !djangos.includes(index));
}

function indexExhibits(indexes: readonly IndexMetrics[]): Exhibit[] {
  return indexes.map(({ definition, valid, scans, bytes }) => ({
    kind: 'figure',
    text: `${definition}: ${valid ? 'valid' : 'invalid'}, read ${formatNumber(scans)} times, ${formatBytes(bytes)}`,
  }));
}

function sessionStatements(load: LoadWatch): Exhibit[] {
  const exhibit = statementsExhibit(load, ({ onSessions }) => onSessions);
  const share = sessionsShare(load);
  const figure: Exhibit[] =
    share === undefined
      ? []
      : [
          {
            kind: 'figure',
            text: `Statements on sessions took ${formatPercent(share)} of the time of all statements.`,
          },
        ];
  return exhibit === undefined ? figure : [...figure, exhibit];
}

const names = (indexes: readonly IndexMetrics[]): string => indexes.map(({ name }) => name).join(', ');
const seconds = ({ seconds: s }: LoadWatch): string => `${formatNumber(Math.round(s))} s`;
