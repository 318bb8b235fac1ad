import { COMMANDS, NUMBER_RANGES, SETTINGS_SECTION } from '../../src/contributions.ts';
import { CHECKS } from '../../src/django/settings/checks/checks.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import type { AlertRule } from '../../src/monitoring/alerts/alerts.ts';
import { METRIC_GROUPS, METRICS } from '../../src/monitoring/metrics/metrics.ts';
import { isRestricted, ruleOf, SETTING_KEYS, type SettingRule } from '../../src/settingRules.ts';

/** The parts of package.json that the tables are made from. */
export interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: {
      readonly title: string;
      readonly order: number;
      properties: Record<string, SettingSchema>;
    }[];
  };
}

export interface SettingSchema {
  readonly type: string;
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly [key: string]: unknown;
}

/** Settings of the alert rules as package.json must declare them: two for each rule that can fire. */
export function alertSettingSchemas(): Record<string, SettingSchema> {
  const schemas: Record<string, SettingSchema> = {};
  ALERT_RULES.filter((rule) => rule.available).forEach((rule, i) => {
    schemas[rule.threshold.setting] = {
      type: 'number',
      default: rule.threshold.default,
      minimum: 0,
      maximum: rule.threshold.maximum,
      order: 10 + 2 * i,
      markdownDescription: `${rule.title} (${rule.severity}): fires ${comparison(rule)} this. ${rule.what}`,
    };
    schemas[rule.forSeconds.setting] = {
      type: 'number',
      default: rule.forSeconds.default,
      minimum: 0,
      maximum: rule.forSeconds.maximum,
      order: 11 + 2 * i,
      markdownDescription: `${rule.title}: seconds for which the threshold must be crossed before it fires, and not crossed before it clears.`,
    };
  });
  return schemas;
}

function comparison(rule: AlertRule): string {
  return rule.threshold.compare === 'above' ? 'above' : 'at or above';
}

/** The README's tables by the name that stands in its markers. */
export function readmeTables(manifest: Manifest): Readonly<Record<string, string>> {
  return {
    metrics: table(
      ['Group', 'Metric', 'What it is', 'From'],
      METRICS.map((m) => [METRIC_GROUPS.find((g) => g.id === m.group)?.label ?? m.group, m.label, m.what, m.source]),
    ),
    alerts: table(
      ['Alert', 'Severity', 'Fires', 'For', 'Clears below', 'Setting'],
      ALERT_RULES.filter((rule) => rule.available).map((rule) => [
        rule.title,
        rule.severity,
        `${comparison(rule)} ${String(rule.threshold.default)} ${UNIT_WORDS[rule.threshold.setting.split('.').at(-1) ?? ''] ?? ''}`.trim(),
        `${String(rule.forSeconds.default)} s`,
        `${String(Math.round(rule.clearBelow * 100))} %`,
        `\`${rule.threshold.setting}\``,
      ]),
    ),
    checks: table(
      ['Check', 'Severity', 'Finds'],
      CHECKS.map(({ code, severity, title }) => [`\`${code}\``, severity, title]),
    ),
    settings: table(
      ['Setting', 'Default', 'What it does'],
      manifest.contributes.configuration.flatMap((section) =>
        Object.entries(section.properties).map(([id, schema]) => [
          `\`${id}\``,
          `\`${JSON.stringify(schema.default)}\``,
          schema.markdownDescription,
        ]),
      ),
    ),
    commands: table(
      ['Command', 'Id'],
      Object.values(COMMANDS).map((id) => {
        const command = manifest.contributes.commands.find((c) => c.command === id);
        return [`${command?.category ?? ''}: ${command?.title ?? ''}`, `\`${id}\``];
      }),
    ),
  };
}

/** What the number of a threshold counts, by the last part of its setting. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  tableSizeMB: 'MB',
  connectionsPercent: '% of the maximum',
  cleanupServiceMissedRuns: 'missed run',
  savesPerMinute: 'saves a minute',
  expiredSessions: 'sessions',
  growthMBPerDay: 'MB a day',
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Puts each table between its markers; an Error when a marker is missing, so that no table is lost unnoticed. */
export function withTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const [start, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- /${name} -->`];
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`The page has no markers "${start}" … "${end}"`);
    return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
  }, page);
}

/** The manifest with what the tables of alert rules and checks say in its settings. */
export function withTableSettings<M extends Manifest>(manifest: M): M {
  const copy = structuredClone(manifest);
  const alerts = section(copy, 'Alerts');
  const own = Object.entries(alerts.properties).filter(([id]) => !id.includes('.alerts.'));
  alerts.properties = { ...Object.fromEntries(own), ...alertSettingSchemas() };
  for (const { properties } of copy.contributes.configuration) {
    for (const [key, range] of Object.entries(NUMBER_RANGES)) {
      const schema = properties[`${SETTINGS_SECTION}.${key}`];
      if (schema !== undefined) Object.assign(schema, range);
    }
  }
  const checks = section(copy, 'Settings file').properties[`${SETTINGS_SECTION}.disabledChecks`];
  if (checks === undefined) throw new Error('package.json has no setting for the checks');
  Object.assign(checks, {
    items: {
      type: 'string',
      enum: CHECKS.map(({ code }) => code),
      enumDescriptions: CHECKS.map(({ title }) => title),
    },
  });
  return copy;
}

/** The manifest with the scopes of all settings and what Restricted Mode leaves out. */
export function withSettingRules<M extends Manifest>(manifest: M): M {
  const copy = structuredClone(manifest);
  for (const { properties } of copy.contributes.configuration)
    for (const key of SETTING_KEYS) {
      const id = `${SETTINGS_SECTION}.${key}`;
      if (properties[id] !== undefined) properties[id] = { ...properties[id], scope: ruleOf(key).scope };
    }
  copy.capabilities.untrustedWorkspaces.restrictedConfigurations = SETTING_KEYS.filter(isRestricted).map(
    (key) => `${SETTINGS_SECTION}.${key}`,
  );
  return copy;
}

const WORKSPACE_WORDS: Readonly<Record<SettingRule['workspace'], string>> = {
  used: 'used',
  asked: 'used after you have allowed the value',
  shown: 'run only by you, after a question that shows the whole line',
  never: 'not read: only your user settings count',
};

/** SECURITY.md's tables by the name that stands in its markers. */
export function securityTables(): Readonly<Record<string, string>> {
  return {
    'workspace settings': table(
      ['Setting', 'Names', 'A value of the workspace, once trusted, is'],
      SETTING_KEYS.filter(isRestricted).map((key) => {
        const { names, workspace, harmless = [] } = ruleOf(key);
        const free = harmless.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
        const unasked = free === '' ? '' : ` (${free}: used)`;
        return [`\`${SETTINGS_SECTION}.${key}\``, names, `${WORKSPACE_WORDS[workspace]}${unasked}`];
      }),
    ),
  };
}

function section(manifest: Manifest, title: string): Manifest['contributes']['configuration'][number] {
  const found = manifest.contributes.configuration.find((one) => one.title === title);
  if (found === undefined) throw new Error(`package.json has no configuration section "${title}"`);
  return found;
}
