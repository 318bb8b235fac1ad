import { goneWithoutDelete } from '../../../postgres/visits/visits.ts';
import { cause } from '../../cause.ts';
import { figure, fraction, openingCode, outOf, ruledOut, settingExhibit, unseen } from '../judgements.ts';

/** Of all lines, those of visitors who were sent to sign in: more is not how a site is that remembers who is there. */
const MANY = 0.1;
const FEW = 10;

/**
 * A cache may forget any entry. With `cached_db` an entry that was evicted is read from the table again (Django's
 * SessionStore.load), so that only sessions whose rows are gone end by it. Share: of the lines of the logs, the requests of visitors who
 * were sent to sign in; with `cached_db`, the rows that went without a DELETE, of those that were inserted.
 */
export const cacheCause = cause({
  id: 'session-cache',
  title: 'The cache forgets sessions',
  symptoms: ['loggedOut'],
  needs: ['visitSettings', 'visits', 'logs'],
  judge: ({ visitSettings: { value: settings }, visits: { value: visits }, logs: { value: logs } }) => {
    const { SESSION_ENGINE: engine, SESSION_CACHE_BACKEND: backend } = settings;
    if (typeof engine.value !== 'string')
      return unseen(`SESSION_ENGINE is not known: ${engine.why ?? 'it is no text'}.`);
    const base = {
      verdict: 'found' as const,
      exhibits: [settingExhibit('SESSION_ENGINE', engine), settingExhibit('BACKEND of that cache', backend)],
      remedies: [
        {
          title: 'Keep sessions in the table too',
          text: 'Set SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"; or give the cache more room, no eviction, and a disk.',
          ...openingCode(engine.place),
        },
      ],
    };
    if (engine.value.endsWith('.cached_db')) {
      const { inserted } = visits.lost;
      const gone = goneWithoutDelete(visits.lost);
      const said = outOf(gone, inserted, 'rows went without a DELETE');
      if (gone < FEW || gone < MANY * inserted) {
        return ruledOut(`What the cache forgets is read from the table again, and only ${said}.`);
      }
      return {
        ...base,
        share: fraction(gone, inserted),
        confidence: 'possible',
        sentence: `${said}: what is left of those sessions is in the cache only, and ends as it forgets them.`,
      };
    }
    if (!engine.value.endsWith('.cache')) return ruledOut('Sessions are not kept in a cache.');
    const { count } = logs.signs.sentToSignIn;
    const said = `${outOf(count, logs.lines, 'lines of the logs')} are of visitors who were sent to sign in`;
    if (count < FEW || count < MANY * logs.lines) return ruledOut(`Only ${said}.`);
    return {
      ...base,
      share: fraction(count, logs.lines),
      confidence: 'likely',
      sentence: `Sessions are kept in a cache only, which forgets them when it is full or restarted; ${said}.`,
      exhibits: [...base.exhibits, figure(`${said}.`)],
    };
  },
});
