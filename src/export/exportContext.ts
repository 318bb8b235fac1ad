import type { AlertRule } from '../monitoring/alerts/alerts.ts';
import { MOST_COUNTED } from '../postgres/readings/countLimits.ts';
import type { SessionTable } from '../postgres/table/readings.ts';

/** A rule as the alert engine has it. */
export interface ExportedRule {
  readonly rule: AlertRule;
  /** In the unit of the value, as configured. */
  readonly threshold: number;
  readonly forSeconds: number;
}

/** All that the files for other systems are made of, besides the tables of metrics, rules and queries. Nothing of it is secret. */
export interface ExportContext {
  /** With its schema, as PostgreSQL has found it. */
  readonly table: SessionTable;
  readonly database: string;
  /** The name of the connection, for people. */
  readonly connection: string;
  /** In the order of the rule table. */
  readonly rules: readonly ExportedRule[];
  /** Seconds between the extension's light readings: rules are evaluated as often. */
  readonly intervalSeconds: number;
  readonly throttleIntervalSeconds: number;
  /** SESSION_COOKIE_AGE, where it is known. */
  readonly cookieAgeSeconds?: number;
  /** Seconds between the runs of the cleanup. */
  readonly cleanupIntervalSeconds: number;
}

/** As the extension counts: one more than the threshold of the alert, up to where counting costs too much. */
export function countedTo({ rules }: Pick<ExportContext, 'rules'>): number {
  const threshold = rules.find(({ rule }) => rule.counted === true)?.threshold ?? 0;
  return Math.min(Math.floor(threshold) + 1, MOST_COUNTED);
}

export interface ExportedFile {
  /** Below the folder of its system, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A system that files are made for. */
export interface ExportTarget {
  /** The name of its folder. */
  readonly id: string;
  readonly label: string;
  /** What it is given, half a line. */
  readonly detail: string;
  /** One of them is README.md. */
  files(this: void, context: ExportContext): readonly ExportedFile[];
}
