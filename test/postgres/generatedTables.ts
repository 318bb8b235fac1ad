import { IN_MATRIX } from '../kit/inMatrix.ts';
import type { FillOptions } from '../kit/sessions.ts';

export interface GeneratedTable {
  readonly name: string;
  readonly rows: number;
  readonly fill: Omit<Partial<FillOptions>, 'secretKey' | 'rows'>;
  /** What happened to it since. Nothing is vacuumed but by what stands here. */
  readonly then?: readonly string[];
  /** The readings are not the first ones of their monitors. */
  readonly seenBefore?: true;
  /** 95 % of the errors are below this share of the truth. */
  readonly atMost?: Readonly<Partial<Record<'total' | 'active' | 'expired' | 'savedLastHour', number>>>;
  /**
   * Figures whose rows end at one place of the table. The page that is drawn there makes all of the error, W·√(u(1 − u)) where the
   * place lies at u of a stratum of W rows: next to nothing by chance, so that the intervals are held to this share of the truth instead.
   */
  readonly ends?: Readonly<Partial<Record<'active' | 'expired', number>>>;
  /** What the figure of the sessions saved in the last hour says of itself. */
  readonly savedBy: RegExp;
}

const BY_INDEX = /^by the index on expire_date, for sessions that expire 14 days after a save, as all from/u;
/** Where few live otherwise, a sample that has none of them can't know. */
const CORRECTED_OR_ALL =
  /^by the index on expire_date, for sessions that expire .* after a save, (?:corrected for those that don’t|as all) from|^from (?!.*for sessions)/u;
const BY_SAMPLE = /^from [\d,]+ rows in [\d,]+ of [\d,]+ pages, for sessions don’t all expire/u;
const ANY = /^(?:by the index|from)/u;

const WEEK = 604_800;
/** Of 14 days, u^3: the last hour has 14 % of the active ones. Evenly: 0.3 %. */
const EVENLY = { recency: 1 };

const DELETED_AND_SAVED = [
  `DELETE FROM django_session WHERE expire_date < now() - interval '3 days'`,
  `UPDATE django_session SET expire_date = expire_date WHERE expire_date > now() AND hashtext(session_key) % 3 = 0`,
  `DELETE FROM django_session WHERE ctid > '(400,0)' AND ctid < '(600,0)'`,
];

const remembered = (share: number) => (): number => (Math.random() < share ? 30 * 86_400 : 2 * WEEK);

/** Each of another shape; npm test has those that differ most. */
const ALWAYS: readonly GeneratedTable[] = [
  {
    name: 'uniform, 0.3 % saved in the last hour',
    rows: 60_000,
    fill: { ...EVENLY, expiredShare: 0.1 },
    atMost: { total: 0.05, active: 0.05, savedLastHour: 0.05 },
    savedBy: BY_INDEX,
  },
  {
    name: 'changed since: a cleanup that was interrupted, many saves, a part emptied',
    rows: 60_000,
    fill: { expiredShare: 0.6 },
    then: DELETED_AND_SAVED,
    savedBy: ANY,
  },
  {
    name: 'each session with a lifetime of its own',
    rows: 60_000,
    fill: {
      expiredShare: 0.3,
      recency: 1.5,
      order: 'expiredFirst',
      cookieAgeSeconds: () => WEEK + 2 * WEEK * Math.random(),
    },
    seenBefore: true,
    ends: { active: 0.03, expired: 0.06 },
    savedBy: BY_SAMPLE,
  },
];

const SHARES = [0.002, 0.02, 0.1, 0.35, 0.7, 0.95] as const;
const LIFETIMES: readonly (readonly [string, FillOptions['cookieAgeSeconds'], RegExp])[] = [
  ['two weeks each', 2 * WEEK, ANY],
  ['a day each', 86_400, ANY],
  ['one of fifty remembered for a month', remembered(0.02), CORRECTED_OR_ALL],
  ['half of them remembered for a month', remembered(0.5), ANY],
];
const CHANGES: readonly (readonly [string, readonly string[]])[] = [
  ['untouched', []],
  ['half deleted', [`DELETE FROM django_session WHERE hashtext('x' || session_key) % 2 = 0`]],
  ['changed much', DELETED_AND_SAVED],
  [
    'cleared but for a day, then vacuumed',
    [`DELETE FROM django_session WHERE expire_date < now() - interval '1 day'`, 'VACUUM django_session'],
  ],
];

/** Every share with every change, the lifetimes and orders in turn. */
const GENERATED: readonly GeneratedTable[] = SHARES.flatMap((expiredShare, i) =>
  CHANGES.map(([change, then], j): GeneratedTable => {
    const [lifetime, cookieAgeSeconds = 0, savedBy] = LIFETIMES[(i + j) % LIFETIMES.length] ?? ['', 0, ANY];
    const order = (i + j) % 3 === 0 ? 'expiredFirst' : 'mixed';
    const recency = [1, 3, 1.5][(i * 2 + j) % 3] ?? 1;
    return {
      name: `${expiredShare * 100} % expired (${order}), ${lifetime}, ${change}`,
      rows: 40_000 + 10_000 * ((i * 5 + j * 3) % 7),
      fill: { expiredShare, order, recency, cookieAgeSeconds, extraBytes: (i + j) % 5 === 4 ? 900 : 0 },
      then,
      ...((i + j) % 2 === 0 ? { seenBefore: true } : {}),
      savedBy,
    };
  }),
);

export const TABLES: readonly GeneratedTable[] = IN_MATRIX ? [...ALWAYS, ...GENERATED] : ALWAYS;
