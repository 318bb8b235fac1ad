/** Colours by which a person tells connections apart: those that VS Code's themes have for charts. */
export const CONNECTION_COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type ConnectionColor = (typeof CONNECTION_COLORS)[number];

/** A connection as settings.json holds it. There is no place for a password: that is kept in SecretStorage. */
export interface ConnectionSetting {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly sslmode?: string;
  /** Other parameters by libpq's keywords: sslrootcert, sslcert, sslkey, service, passfile. */
  readonly options?: Readonly<Record<string, string>>;
  /** A host of the person's SSH configuration from which the database is reached. */
  readonly sshHost?: string;
  /** A program and its arguments that print what `manage.py session_metrics --format json` prints, in the place of a database. */
  readonly command?: readonly string[];
  readonly schema?: string;
  readonly table?: string;
  readonly production?: boolean;
  readonly color?: ConnectionColor;
}
