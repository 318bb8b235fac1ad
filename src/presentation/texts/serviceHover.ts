import { SETTINGS_SECTION } from '../../contributions.ts';
import type { ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import { VERDICTS } from '../../services/cleanupService/verdict.ts';
import { escapeMarkdown, paragraphs } from './hover.ts';
import { readAge } from './readAge.ts';

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
  const lines = [...status.sources, ...chosen, `Read ${readAge(reading.at, now)}`];
  return paragraphs([
    `**Cleanup service:** ${escapeMarkdown(VERDICTS[status.verdict].title)}`,
    escapeMarkdown(status.sentence),
    status.logLine === undefined ? '' : `*Log:* ${escapeMarkdown(status.logLine)}`,
    lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n'),
    status.next === undefined ? '' : `*What to do:* ${escapeMarkdown(status.next)}`,
  ]);
}

/** Where no service is known: how one would be. */
export function missingHover(): string {
  const settings = `${SETTINGS_SECTION}.cleanupService`;
  return paragraphs([
    '**Cleanup service:** not configured',
    escapeMarkdown('No compose file in the workspace has a service that runs clearsessions, and no setting names one.'),
    `*What to do:* ${escapeMarkdown('If something clears expired sessions in a container, name it in')} \`${settings}.container\`; ` +
      `${escapeMarkdown('for a systemd unit, Kubernetes or a log file set')} \`${settings}.statusCommand\` ${escapeMarkdown('or')} \`${settings}.logsCommand\`.`,
  ]);
}
