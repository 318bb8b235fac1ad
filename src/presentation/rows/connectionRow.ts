import type { Connection } from '../../monitoring/watch/connection.ts';
import { escapeMarkdown } from '../texts/hover.ts';
import type { Row } from './row.ts';

const BY_COMMAND =
  'The figures are what this command prints, which is run every 30 s or less often. The database itself is not reached from here: what needs it is not offered, or says so.';

/** Which database is watched, where its values are from, and whether it counts as production. */
export function connectionRow(connection: Connection): Row {
  const { target, production, productionWhy, origin, how, command } = connection;
  const description = production ? `${target} · production` : target;
  const said = [
    target,
    ...(origin === undefined ? [] : [`From ${origin}.`]),
    ...(command === undefined ? [] : [BY_COMMAND]),
    ...(how === undefined ? [] : [`${how.charAt(0).toUpperCase()}${how.slice(1)}.`]),
    productionWhy ?? (production ? 'It is marked as production.' : 'It is not marked as production.'),
  ];
  return {
    id: 'connection',
    label: 'Watched database',
    description,
    icon: { id: production ? 'lock' : command === undefined ? 'database' : 'terminal' },
    hover: () => said.map(escapeMarkdown).join('\n\n'),
    copy: target,
    // Connections made by hand say it in their settings.
    context: [
      'value',
      ...(connection.source !== 'django' ? [] : ([production ? 'isProduction' : 'isNoProduction'] as const)),
    ],
    accessible: `Watched database, ${description}`,
  };
}
