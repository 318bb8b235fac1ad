import type { RowContext } from '../../contributions.ts';
import type { Row, RowBadge } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';
import { badgeOfAll, badgeText, type Badge, type DatabaseState } from '../rows/databaseState.ts';
import { databaseIcon, databaseLine, databaseSentences } from './databaseTexts.ts';

const PREFIX = 'database/';

/** The known databases side by side; undefined: there is one or none, and nothing to choose between. */
export function databasesRow(databases: readonly DatabaseState[], now: Date, locale: string): Row | undefined {
  if (databases.length < 2) return undefined;
  const watched = databases.filter(({ monitor }) => monitor !== undefined).length;
  const failing = databases.filter(({ monitor }) => monitor?.kind === 'failed').length;
  const others = databases.filter(({ shown }) => !shown);
  const description = [
    `${String(watched)} of ${String(databases.length)} watched`,
    ...(failing === 0 ? [] : [`${String(failing)} failing`]),
  ].join(' · ');
  return {
    id: 'databases',
    label: 'Databases',
    description,
    icon: { id: 'server-environment' },
    context: ['databases'],
    accessible: `Databases, ${description}`,
    hover: () =>
      'One of them is shown: its figures fill this view and the dashboard. Others can be watched beside it, each with alerts and a history of its own; they are read once in the hidden interval.',
    // What is shown has its alerts above already.
    ...badged(badgeOfAll(others)),
    children: databases.map((state) => databaseRow(state, now, locale)),
  };
}

/** Of the connection that a row of a database is of; undefined: it is another row. */
export function databaseIdOf(rowId: string): string | undefined {
  return rowId.startsWith(PREFIX) ? rowId.slice(PREFIX.length) : undefined;
}

function databaseRow(state: DatabaseState, now: Date, locale: string): Row {
  const { connection, badge } = state;
  const description = databaseLine(state, now, locale);
  const alerts = badge.critical + badge.warning === 0 ? '' : `, alerts: ${badgeText(badge)}`;
  return {
    id: `${PREFIX}${connection.id}`,
    label: connection.name,
    description,
    icon: databaseIcon(state),
    context: ['value', ...contextOf(state)],
    copy: connection.target,
    accessible: `${connection.name}, ${description}${alerts}`,
    hover: () =>
      paragraphs([
        `**${escapeMarkdown(connection.name)}**`,
        ...[connection.target, productionText(state), watchText(state), ...databaseSentences(state)].map(
          escapeMarkdown,
        ),
      ]),
    ...badged(badge),
  };
}

function contextOf({ shown, chosen }: DatabaseState): readonly RowContext[] {
  return [
    ...(shown ? [] : (['canShowDatabase'] as const)),
    ...(chosen ? [] : (['canWatchDatabase'] as const)),
    ...(chosen && !shown ? (['canStopWatching'] as const) : []),
  ];
}

function productionText({ connection: { production, productionWhy } }: DatabaseState): string {
  return productionWhy ?? (production ? 'It is marked as production.' : 'It is not marked as production.');
}

function watchText({ shown, chosen }: DatabaseState): string {
  if (shown)
    return chosen
      ? 'It is shown, and goes on being watched when another one is.'
      : 'It is shown, and watched as long as it is.';
  return chosen ? 'It is watched beside the one that is shown.' : 'It is not watched: nothing connects to it.';
}

function badged(badge: Badge): { readonly badge?: RowBadge } {
  const { critical, warning } = badge;
  if (critical + warning === 0) return {};
  const color = critical > 0 ? 'list.errorForeground' : 'list.warningForeground';
  return { badge: { count: critical + warning, color, tooltip: `Alerts: ${badgeText(badge)}` } };
}
