import type { ComposeFile } from '../../compose/composeFile.ts';
import type { ComposeService } from '../../compose/composeService.ts';
import { SERVES } from '../../compose/webService.ts';
import { CLEARS, CLEARS_BY_NAME } from '../cleanupService/log/words.ts';
import type { Container } from '../containers/container.ts';

/** Why a container is taken for the application, the surest first. */
export const EVIDENCE = {
  service: 'a service of the compose file that serves the application',
  image: 'the image of this project',
  project: 'named like this project',
  name: 'by its name only',
} as const;

export interface ApplicationContainer {
  readonly container: Container;
  readonly why: keyof typeof EVIDENCE;
}

const WEB = /(?:^|[-_.])(?:web|app|django|backend|api|wsgi|asgi|gunicorn|uwsgi|site|server)(?=[-_.\d]|$)/iu;
/** Beside the application, with its image or a name like its own. */
const BESIDE =
  /(?:^|[-_./:])(?:db|postgres\w*|pg\w*|redis|valkey|memcached|rabbitmq|mysql|mariadb|nginx|caddy|traefik|proxy|certbot|celery\w*|beat|worker\w*|flower|cron\w*|scheduler|migrat\w*|mail\w*|smtp|node|frontend|vite|webpack|adminer|prometheus|grafana|exporter)(?=[-_./:\d]|$)/iu;

const isBeside = (name: string): boolean => BESIDE.test(name) || CLEARS_BY_NAME.test(name);

/** A service that serves the application, as its compose file describes it. */
export function servesApplication({ name, words }: Pick<ComposeService, 'name' | 'words'>): boolean {
  const command = words.join(' ');
  return !CLEARS.test(command) && (SERVES.test(command) || (WEB.test(name) && !isBeside(name)));
}

/** The running containers that look like the application of the project in `folders` (names of its folders), the surest first. */
export function applicationContainers(
  all: readonly Container[],
  files: readonly ComposeFile[],
  folders: readonly string[],
): ApplicationContainer[] {
  const services = files.flatMap((file) => file.services.map((service) => ({ ...service, project: file.project })));
  const images = new Set(
    services
      .filter((service) => servesApplication(service) || clears(service.name, service.words))
      .flatMap(({ image }) => (image === undefined ? [] : [image])),
  );
  const projects = new Set([...files.map((file) => file.project), ...folders].map(plain).filter((name) => name !== ''));
  const judge = (container: Container): ApplicationContainer['why'] | undefined => {
    const { name, labels, image } = container;
    const project = labels['com.docker.compose.project'];
    const label = labels['com.docker.compose.service'];
    const service = services.find((one) => one.project === project && one.name === label);
    if (service !== undefined) return servesApplication(service) ? 'service' : undefined;
    const own = label ?? name;
    if (isBeside(withoutProject(own, projects))) return undefined;
    if (image !== undefined && images.has(image)) return 'image';
    if (!WEB.test(own) || isBeside(image ?? '')) return undefined;
    return [...projects].some((one) => plain(project ?? name).startsWith(one)) ? 'project' : 'name';
  };
  const order = Object.keys(EVIDENCE);
  return all
    .flatMap((container) => {
      const why = container.phase === 'running' ? judge(container) : undefined;
      return why === undefined ? [] : [{ container, why }];
    })
    .sort((a, b) => order.indexOf(a.why) - order.indexOf(b.why) || a.container.name.localeCompare(b.container.name));
}

const clears = (name: string, words: readonly string[]): boolean =>
  CLEARS.test(words.join(' ')) || CLEARS_BY_NAME.test(name);
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/gu, '');

/** A project may be called "nodes" or "mailer": that says nothing of its containers. */
function withoutProject(name: string, projects: ReadonlySet<string>): string {
  const parts = name.split(/[-_.]/u);
  for (let n = parts.length - 1; n > 0; n--) {
    if (projects.has(plain(parts.slice(0, n).join('')))) return parts.slice(n).join('-');
  }
  return name;
}
