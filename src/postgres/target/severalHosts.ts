import { invalid } from './parameters.ts';

/** Keywords that may be lists, one element for each host. */
const LISTS = ['host', 'hostaddr', 'port'] as const;

/**
 * The parameters of each host where a connection string names several; undefined: it names one. A port that stands alone is that of all.
 * @throws Problem 'connection-string'
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 */
export function eachHost(found: Readonly<Record<string, string>>): readonly Record<string, string>[] | undefined {
  const lists = LISTS.flatMap((keyword) =>
    found[keyword] === undefined ? [] : [[keyword, found[keyword].split(',')] as const],
  );
  const hosts = Math.max(...lists.map(([, list]) => list.length), 1);
  if (hosts === 1) return undefined;
  for (const [keyword, list] of lists)
    if (list.length !== hosts && !(keyword === 'port' && list.length === 1))
      throw invalid(`It names ${hosts} hosts and ${list.length} for ${keyword}.`, 'Cannot tell the hosts apart');
  const others = Object.entries(found).filter(([keyword]) => !LISTS.some((list) => list === keyword));
  return Array.from({ length: hosts }, (_, i) => {
    const own = lists.map(([keyword, list]) => [keyword, (list.length === 1 ? list[0] : list[i]) ?? ''] as const);
    return Object.fromEntries([...others, ...own.filter(([, value]) => value !== '')]);
  });
}
