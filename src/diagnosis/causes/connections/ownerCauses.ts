import { formatNumber, formatPercent } from '../../../common/format.ts';
import { LIMIT_OF, LIMIT_ROLE } from '../../../postgres/diagnosis/advice.ts';
import type { ConnectionHolders, HolderGroup } from '../../../postgres/diagnosis/connectionHolders.ts';
import { cause } from '../../cause.ts';
import { countHeld, groupName, holdersExhibit, limitText, nearestLimit, plenty } from './connectionFigures.ts';

const MOST_OF_THEM = 0.5;
/** From this part of its own limit on, that is what runs out. */
const REACHED = 0.9;

export const OWNER_CAUSES = [
  cause({
    id: 'other-application',
    title: 'Most connections are held by something else than the site',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use } }) => {
      const enough = plenty(holders, use.users);
      if (enough !== undefined) return enough;
      const limit = nearestLimit(holders, use.users);
      const others = limit.groups.filter(
        ({ user, here, ours }) =>
          !ours && (use.users.length === 0 ? !here : user !== null && !use.users.includes(user)),
      );
      const most = largest(others);
      const count = countHeld(others);
      const share = count / limit.used;
      if (most === undefined || share < MOST_OF_THEM)
        return {
          verdict: 'ruledOut',
          sentence: `${formatNumber(count)} connections are of other users than the site’s.`,
        };
      return {
        verdict: 'found',
        share,
        confidence: 'certain',
        sentence: `${limitText(limit)}, and ${formatNumber(count)} (${formatPercent(share)}) are not the site’s: most are of ${groupName(most)}.`,
        exhibits: [holdersExhibit(holders)],
        remedies: [
          {
            title: 'Limit the others',
            text: `${LIMIT_ROLE} for the role that takes them, or give it a pool of its own.`,
          },
        ],
      };
    },
  }),
  cause({
    id: 'own-limit',
    title: 'The role or the database has a limit of its own, which is reached',
    symptoms: ['connections'],
    needs: ['connections', 'connectionUse'],
    judge: ({ connections: { value: holders }, connectionUse: { value: use } }) => {
      const limit = nearestLimit(holders, use.users);
      if (limit.of === 'server') return { verdict: 'ruledOut', sentence: 'The limit of the server is the nearest.' };
      const share = limit.used / limit.max;
      if (share < REACHED) return { verdict: 'ruledOut', sentence: `${limitText(limit)}.` };
      const { used, limits } = holders;
      return {
        verdict: 'found',
        share: Math.min(1, share),
        confidence: 'certain',
        sentence: `${limitText(limit)}, while the server has room: ${formatNumber(used)} of ${formatNumber(limits.server)}.`,
        exhibits: [holdersExhibit(holders)],
        remedies: [
          {
            title: 'Raise the limit',
            text: `${LIMIT_OF[limit.of]} where what the site needs is more than ${formatNumber(limit.max)}.`,
          },
        ],
      };
    },
  }),
];

/** The application and user that hold most. */
function largest(groups: ConnectionHolders['groups']): HolderGroup | undefined {
  const byName = Map.groupBy(groups, (group) => groupName(group));
  return [...byName.values()].toSorted((a, b) => countHeld(b) - countHeld(a))[0]?.[0];
}
