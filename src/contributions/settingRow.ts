/** All that is known of a setting: what the code reads, what VS Code is told (package.json), and whose word counts. */
export type SettingRow = SettingRule & SettingText & (NumberSetting | OtherSetting);

/** What a setting may do, and whose word counts: for the code, Restricted Mode, SECURITY.md and the tests. */
export interface SettingRule {
  /** As VS Code has them. 'resource': of a folder, and read with it. 'application': the person's own, in no workspace. */
  readonly scope: 'application' | 'window' | 'resource';
  /** What of the world it names or decides; Restricted Mode leaves out what a workspace says of anything but 'nothing'. */
  readonly names: 'program' | 'code' | 'host' | 'URL' | 'path' | 'certificate' | 'guard' | 'reading' | 'nothing';
  /**
   * What a value that a workspace sets is worth, once the workspace is trusted. 'used': as any. 'asked': not used before the
   * person has allowed that value. 'shown': used after a click and a question with the whole line. 'never': not read.
   */
  readonly workspace: 'used' | 'asked' | 'shown' | 'never';
  /** Values of a workspace that need no asking. */
  readonly harmless?: readonly unknown[];
}

interface SettingText {
  /** Markdown. */
  readonly description: string;
}

interface NumberSetting {
  readonly type: 'number';
  readonly default: number | null;
  /** Whether it may be null, for "not set". */
  readonly nullable?: true;
  /** What is read is held to this range. */
  readonly minimum: number;
  readonly maximum: number;
}

interface OtherSetting {
  /** Arrays and objects are of strings, where no `schema` says otherwise. */
  readonly type: 'string' | 'boolean' | 'array' | 'object';
  readonly default: unknown;
  /** The values that it can have, and what each means. */
  readonly choices?: Readonly<Record<string, string | Choice>>;
  /** More of its JSON schema. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Where its type says too little. */
  readonly holds?: Holds<unknown>;
}

/** A choice that is shown in other words than its value. */
export interface Choice {
  readonly label: string;
  /** Markdown. */
  readonly description: string;
}

/** The type of a value, and nothing else. */
export interface Holds<T> {
  readonly value?: T;
}

export const holds = <T>(): Holds<T> => ({});

interface Types {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly array: readonly string[];
  readonly object: Readonly<Record<string, string>>;
}

/** What a setting with this row holds. */
export type ValueOf<Row> = Row extends { readonly holds: Holds<infer T> }
  ? T
  : Row extends { readonly choices: infer Choices }
    ? keyof Choices
    : Row extends { readonly type: infer T extends keyof Types }
      ? Types[T] | (Row extends { readonly nullable: true } ? null : never)
      : never;

/** Of the window: a folder has none of its own. */
export const OF_WINDOW = { scope: 'window', names: 'nothing', workspace: 'used' } as const satisfies SettingRule;
export const OF_FOLDER = { scope: 'resource', names: 'nothing', workspace: 'used' } as const satisfies SettingRule;
/** Decides what is read, and not where from. */
export const READING = { ...OF_FOLDER, names: 'reading' } as const satisfies SettingRule;
