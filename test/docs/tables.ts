import type { SettingRule } from '../../src/contributions/settingRow.ts';
import { isRestricted, SETTING_KEYS, settingRow } from '../../src/contributions/settings.ts';
import { SETTINGS_SECTION } from '../../src/contributions.ts';
import { GUIDE_CHECKS } from '../../src/diagnosis/guide/judgeGuide.ts';
import { CHECKS } from '../../src/django/settings/checks/checks.ts';
import { SOURCE_CHECKS } from '../../src/django/settings/checks/sourceChecks.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import type { AlertRule } from '../../src/monitoring/alerts/alerts.ts';
import { METRIC_GROUPS, METRICS } from '../../src/monitoring/metrics/metrics.ts';
import type { Manifest, SettingSchema } from './manifest.ts';

export function comparison(rule: AlertRule): string {
  return rule.threshold.compare === 'above' ? 'above' : 'at or above';
}

/** The README's tables by the name that stands in its markers. */
export function readmeTables(): Readonly<Record<string, string>> {
  return {
    alerts: table(
      ['Alert', 'Severity', 'Fires', 'For', 'Clears below', 'Setting'],
      ALERT_RULES.map((rule) => [
        rule.title,
        rule.severity,
        `${comparison(rule)} ${String(rule.threshold.default)} ${rule.threshold.words}`,
        `${String(rule.forSeconds.default)} s`,
        `${String(Math.round(rule.clearBelow * 100))} %`,
        `\`${rule.threshold.setting}\``,
      ]),
    ),
    checks: table(
      ['Check', 'Severity', 'Finds'],
      [...CHECKS, ...SOURCE_CHECKS].map(({ code, severity, title }) => [`\`${code}\``, severity, title]),
    ),
    'guide checks': table(
      ['Check', 'Finds'],
      GUIDE_CHECKS.map(({ code, what }) => [`\`${code}\``, `${what.charAt(0).toUpperCase()}${what.slice(1)}.`]),
    ),
  };
}

/** REFERENCE.md's tables, likewise. */
export function referenceTables({ contributes }: Manifest): Readonly<Record<string, string>> {
  return {
    metrics: table(
      ['Group', 'Metric', 'What it is', 'From'],
      METRICS.map((m) => [METRIC_GROUPS.find((g) => g.id === m.group)?.label ?? m.group, m.label, m.what, m.source]),
    ),
    settings: table(
      ['Setting', 'Default', 'What it does'],
      contributes.configuration.flatMap(({ properties }) =>
        Object.entries<SettingSchema>(properties).map(([id, schema]) => [
          `\`${id}\``,
          `\`${JSON.stringify(schema.default)}\``,
          schema.markdownDescription,
        ]),
      ),
    ),
    commands: table(
      ['Command', 'Id'],
      contributes.commands.map(({ command, category, title }) => [`${category}: ${title}`, `\`${command}\``]),
    ),
  };
}

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
        const { names, workspace, harmless = [] } = settingRow(key);
        const free = harmless.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
        const unasked = free === '' ? '' : ` (${free}: used)`;
        return [`\`${SETTINGS_SECTION}.${key}\``, names, `${WORKSPACE_WORDS[workspace]}${unasked}`];
      }),
    ),
  };
}
