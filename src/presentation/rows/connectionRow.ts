import type { Connection } from '../../monitoring/watch/connection.ts';
import { escapeMarkdown } from '../texts/hover.ts';
import type { Row } from './row.ts';

/** Which database is watched, where its values are from, and whether it counts as production. */
export function connectionRow(connection: Connection): Row {
  const { target, production, productionWhy, origin, how } = connection;
  const description = production ? `${target} · production` : target;
  const said = [
    target,
    ...(origin === undefined ? [] : [`From ${origin}.`]),
    ...(how === undefined ? [] : [`${how.charAt(0).toUpperCase()}${how.slice(1)}.`]),
    productionWhy ?? (production ? 'It is marked as production.' : 'It is not marked as production.'),
  ];
  return {
    id: 'connection',
    label: 'Watched database',
    description,
    icon: { id: production ? 'lock' : 'database' },
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
