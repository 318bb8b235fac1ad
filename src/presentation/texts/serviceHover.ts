import { basename } from 'node:path';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { ServiceSetup, ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import { VERDICTS } from '../../services/cleanupService/verdict.ts';
import { escapeMarkdown, paragraphs } from './hover.ts';
import { readAge } from './readAge.ts';

const MAX_FINDINGS = 3;

/** What is so, what each source says, the line of the log, and what to do. */
export function serviceHover({ setup, reading, status }: ServiceState, now: Date): string {
  if (reading === undefined || status === undefined) return '';
  const { candidates, candidate } = setup;
  const others = candidates.length - 1;
  const chosen =
    candidate === undefined || others < 1
      ? []
      : [
          `One of ${String(candidates.length)} services in compose files that clear sessions: ${candidate.service}. Choose another by "Choose Cleanup Service…".`,
        ];
  const lines = [...status.sources, ...findingTexts(candidate), ...chosen, `Read ${readAge(reading.at, now)}`];
  return paragraphs([
    `**Cleanup service:** ${escapeMarkdown(VERDICTS[status.verdict].title)}`,
    escapeMarkdown(status.sentence),
    status.logLine === undefined ? '' : `*Log:* ${escapeMarkdown(status.logLine)}`,
    lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n'),
    status.next === undefined ? '' : `*What to do:* ${escapeMarkdown(status.next)}`,
  ]);
}

/** What its command in the compose file can't mean, a sentence each; the same of several places once. */
export function findingTexts(candidate: ServiceSetup['candidate']): string[] {
  const warnings = candidate?.findings.filter(({ severity }) => severity === 'warning') ?? [];
  const cut = warnings.filter(({ code }) => code === 'compose-command-cut');
  return [...new Set([...cut, ...warnings].map(({ message }) => message))].slice(0, MAX_FINDINGS);
}

/** "Celery beat, crontab(hour=3, minute=0)" */
export function scheduleText({ how, when }: ServiceSetup['schedules'][number]): string {
  return when === undefined ? how : `${how}, ${when}`;
}

/** Where no service is known: how one would be. */
export function missingHover({ schedules }: ServiceSetup): string {
  const settings = `${SETTINGS_SECTION}.cleanupService`;
  const [first] = schedules;
  const logs = first?.logs === undefined ? '' : `: \`${JSON.stringify(first.logs).replaceAll('`', "'")}\``;
  const why =
    first === undefined
      ? 'No compose file in the workspace has a service that runs clearsessions, and no setting names one.'
      : 'A schedule clears sessions, but nothing here says where its log is, so that its runs are not watched.';
  return paragraphs([
    `**Cleanup service:** ${first === undefined ? 'not configured' : 'not watched'}`,
    escapeMarkdown(why),
    schedules
      .map((one) => `- ${escapeMarkdown(`${one.name}: ${scheduleText(one)} (${basename(one.file)})`)}`)
      .join('\n'),
    `*What to do:* ${escapeMarkdown('If something clears expired sessions in a container, name it in')} \`${settings}.container\`; ` +
      `${escapeMarkdown('for a systemd unit, Kubernetes or a log file set')} \`${settings}.statusCommand\` ${escapeMarkdown('or')} \`${settings}.logsCommand\`${logs}.`,
  ]);
}
