/** Ports of a service that this machine reaches. */
export interface PortMapping {
  /** Ports in the container, first and last. */
  readonly target: Range;
  /** On this machine; undefined: the engine chooses one when it starts the container. */
  readonly published?: Range;
  /** Address of this machine; undefined: all of them. */
  readonly address?: string;
  readonly protocol: string;
}

type Range = readonly [from: number, to: number];

/** Where a port of a container is on this machine; 'chosen': the engine decides it, from a range or among all that are free. */
export type Published = { readonly host: string; readonly port: number } | 'chosen' | undefined;

/**
 * `ports` in the short and the long syntax, texts with their variables resolved; what can't be read is left out.
 * @see https://docs.docker.com/reference/compose-file/services/#ports
 */
export function portMappings(value: unknown, resolve: (text: string) => string): PortMapping[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((entry): PortMapping[] => {
    if (typeof entry === 'number' || typeof entry === 'string') return shortMapping(resolve(String(entry)));
    if (typeof entry !== 'object' || entry === null) return [];
    const part = (name: string): string => {
      const found: unknown = (entry as Readonly<Record<string, unknown>>)[name];
      return typeof found === 'number' || typeof found === 'string' ? resolve(String(found)) : '';
    };
    return mapping(part('host_ip'), part('published'), part('target'), part('protocol'));
  });
}

/** "5433:5432", "127.0.0.1::5432", "[::1]:5433:5432/tcp", "5432", and ranges in place of each number. */
function shortMapping(text: string): PortMapping[] {
  const [ports = '', protocol = ''] = text.trim().split('/');
  const parts = ports.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  return mapping(parts.join(':').replace(/^\[|\]$/gu, ''), published, target, protocol);
}

function mapping(address: string, published: string, target: string, protocol: string): PortMapping[] {
  const inside = rangeOf(target);
  const outside = published === '' ? undefined : rangeOf(published);
  if (inside === undefined || (outside === undefined && published !== '')) return [];
  return [
    {
      target: inside,
      protocol: protocol === '' ? 'tcp' : protocol.toLowerCase(),
      ...(outside === undefined ? {} : { published: outside }),
      ...(address === '' ? {} : { address }),
    },
  ];
}

function rangeOf(text: string): Range | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/u.exec(text.trim());
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  return from >= 1 && to >= from && to <= 65_535 ? [from, to] : undefined;
}

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The first mapping of a TCP port that names one on this machine goes before one that leaves it to the engine. */
export function publishedAt(mappings: readonly PortMapping[], port: number): Published {
  let found: Published;
  for (const { target, published, address = '0.0.0.0', protocol } of mappings) {
    if (protocol !== 'tcp' || port < target[0] || port > target[1]) continue;
    const host = ANY_ADDRESS[address] ?? address;
    const sameLength = published !== undefined && published[1] - published[0] === target[1] - target[0];
    if (sameLength) return { host, port: published[0] + port - target[0] };
    found ??= 'chosen';
  }
  return found;
}
