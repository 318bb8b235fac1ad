import { formatMeasured } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { COMMANDS, type CommandId } from '../../contributions.ts';
import type { GuideAnswers, GuideFigure, GuideHelp } from '../../diagnosis/guide/figures.ts';
import type { GuideBlock } from '../../diagnosis/guide/guideBlocks.ts';
import { metricById } from '../../monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { withNull } from '../texts/hover.ts';

/** A lens over a block of a guide, as data. */
export interface GuideLens {
  readonly title: string;
  readonly tooltip: string;
  readonly command: { readonly id: CommandId; readonly row?: string };
}

export interface GuideLensFacts {
  readonly answers: GuideAnswers;
  /** undefined: nothing has been read. */
  readonly figures?: { readonly snapshot: Snapshot; readonly old: boolean; readonly connection: string };
  /** The state of the cleanup service in a few words. */
  readonly cleanup?: string;
  readonly locale: string;
}

/** Where the label of a metric says too little without its group. */
const LABELS: Readonly<Partial<Record<GuideFigure, string>>> = {
  'connections.total': 'Connections to this database',
  'table.total': 'Table',
  'table.index': 'Indexes of the table',
  'statements.count': 'Statements on the table',
};

/** What does for a block what its lines do. */
const HELPS: Readonly<Record<GuideHelp, { readonly title: string; readonly tooltip: string; readonly id: CommandId }>> =
  {
    cleanupLog: {
      title: 'Follow cleanup log',
      tooltip: 'Shows the log of the cleanup service, by whatever it runs in.',
      id: COMMANDS.followCleanupLog,
    },
    restartCleanup: {
      title: 'Restart cleanup service…',
      tooltip: 'Asks first, and says what became of it.',
      id: COMMANDS.restartCleanupService,
    },
    restartApplication: {
      title: 'Restart application…',
      tooltip: 'Asks first: which containers or services, and by which command.',
      id: COMMANDS.restartApplication,
    },
    clearExpired: {
      title: 'Clear expired sessions…',
      tooltip: 'Shows first how many would be deleted, then asks. Deletes in batches that leave room for the site.',
      id: COMMANDS.clearExpired,
    },
  };

/** From left to right: what runs it, our figures for the same thing, and what does the same. */
export function guideLenses(
  { statements }: Pick<GuideBlock, 'statements'>,
  facts: GuideLensFacts,
): readonly GuideLens[] {
  const { figures, helps } = facts.answers;
  const many = statements.length > 1 ? ` ${String(statements.length)} statements` : '';
  const run: GuideLens[] =
    statements.length === 0
      ? []
      : [
          {
            title: `Run${many} read-only`,
            tooltip:
              'Shows the statement first. It runs on the watched database in a transaction that cannot write, with limits of rows, bytes and time.',
            command: { id: COMMANDS.runGuideBlock },
          },
        ];
  const ours = helps.includes('cleanupLog') && facts.cleanup !== undefined ? [serviceLens(facts.cleanup)] : [];
  return [...run, ...figureLens(figures, facts), ...ours, ...helps.map((help) => helpLens(help))];
}

const helpLens = (help: GuideHelp): GuideLens => {
  const { title, tooltip, id } = HELPS[help];
  return { title, tooltip, command: { id } };
};

const serviceLens = (state: string): GuideLens => ({
  title: `Cleanup service: ${state}`,
  tooltip: 'Shows it in the Django Sessions view.',
  command: { id: COMMANDS.showRow, row: 'operation/cleanupService' },
});

function figureLens(ids: readonly GuideFigure[], { figures, locale }: GuideLensFacts): GuideLens[] {
  if (figures === undefined) return [];
  const { snapshot, old, connection } = figures;
  const texts = ids.flatMap((id): string[] => {
    const metric = metricById(id);
    if (metric.absent?.(snapshot) === true) return [];
    const measured = metric.read(snapshot);
    if (!isKnown(measured)) return [];
    return [
      `${LABELS[id] ?? metric.label}: ${formatMeasured(measured, metric.unit, withNull({ locale }, metric.whenNull))}`,
    ];
  });
  const [first] = ids;
  if (texts.length === 0 || first === undefined) return [];
  return [
    {
      title: [...texts, ...(old ? ['not live'] : [])].join(' · '),
      tooltip: `Our figures for the same thing, measured on ${connection}. Shows them in the Django Sessions view.`,
      command: { id: COMMANDS.showRow, row: `metric/${first}` },
    },
  ];
}
