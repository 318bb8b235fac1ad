/** A place in Python code that makes SessionMiddleware save the session, or saves it. */
export interface SessionWrite {
  readonly file: string;
  /** UTF-16 offsets of the statement or the call. */
  readonly from: number;
  readonly to: number;
  /** 0-based. */
  readonly line: number;
  readonly how: WriteKind;
  /** Of how 'sets' and 'removes': the entry; undefined: it is worked out when the code runs. */
  readonly entry?: WrittenEntry;
  /** The class or function at the level of the module that it stands in; '': none. */
  readonly owner: string;
  /** What has to be so that it runs. */
  readonly guards: readonly WriteGuard[];
}

export type WriteKind =
  | 'sets'
  | 'removes'
  /** set_expiry(), which sets _session_expiry. */
  | 'expiry'
  /** modified = True. */
  | 'modified'
  /** save(). */
  | 'saves'
  /** login(), logout(), cycle_key(), flush(): the session gets another key. */
  | 'key'
  /** messages.info() and the like. */
  | 'message';

export interface WrittenEntry {
  readonly name: string;
  /** The entry's name only begins so: f'cart_{id}'. */
  readonly isPrefix: boolean;
}

/** A condition on the way to a statement: the test of an `if` around it, or of one before it that leaves. */
export interface WriteGuard {
  readonly test: string;
  /** It runs where the test does not hold. */
  readonly negated: boolean;
}

/** An entry that Django itself makes of such a write. */
export const EXPIRY_ENTRY = '_session_expiry';
