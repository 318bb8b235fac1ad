import type { VisitSettings } from '../../../django/project/sessions/visitSettings.ts';

/** Whether two projects overwrite each other's session cookie, as far as their settings tell. A port does not tell cookies apart. */
export function onSameHost(one: VisitSettings, other: VisitSettings): boolean {
  for (const name of ['SESSION_COOKIE_NAME', 'SESSION_COOKIE_PATH'] as const) {
    const [value, its] = [one[name].value, other[name].value];
    if (value === undefined || value !== its) return false;
  }
  const [domain, its] = [one.SESSION_COOKIE_DOMAIN.value, other.SESSION_COOKIE_DOMAIN.value];
  if (typeof domain === 'string' && domain === its) return true;
  const hosts = namedHosts(other);
  return namedHosts(one).some((host) => hosts.includes(host));
}

/** '*' is any, and no sign that it is the same. */
function namedHosts({ ALLOWED_HOSTS: { value } }: VisitSettings): readonly string[] {
  return typeof value === 'object' && value !== null ? value.filter((host) => host !== '*') : [];
}

/** As browsers match: the domain itself and all hosts below it. */
export function isInDomain(host: string, domain: string): boolean {
  const [name, of] = [plain(host), plain(domain)];
  return name === of || name.endsWith(`.${of}`);
}

function plain(host: string): string {
  return host.replace(/^\./, '').replace(/:\d+$/, '').toLowerCase();
}
