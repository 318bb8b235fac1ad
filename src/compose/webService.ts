import path from 'node:path';
import type { ComposeModel } from './composeModel.ts';
import { isActive, type ComposeService } from './composeService.ts';
import { byPurpose } from './purpose.ts';

/** A service that runs the code of a project. */
export interface WebService {
  readonly model: ComposeModel;
  readonly service: ComposeService;
}

/** Servers of Python, and the one of Django's own. */
export const SERVES =
  /\b(?:runserver(?:_plus)?|gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress(?:-serve)?|mod_wsgi-express)\b/u;
const RUNS_MANAGE = /\bmanage\.py\b|\bdjango-admin\b|\bcelery\b/u;
const SOUNDS_LIKE_WEB = /^(?:.*[_-])?(?:web|django|app|application|backend|api|server|site|wsgi|asgi)(?:[_-].*)?$/iu;
/** Images that others have made for something else. */
const OTHER_IMAGE =
  /(?:^|\/)(?:postgres|postgis|mysql|mariadb|redis|valkey|memcached|nginx|traefik|caddy|rabbitmq|mailhog|mailpit|node|adminer|pgadmin4?|minio)(?:[:@]|$)/u;

/**
 * The service that serves the project of `root`, or else one that runs another command of it. Of several, one of a compose file
 * for this machine goes before one of the default file, and that before others; undefined: none seems to run the project.
 */
export function findWebService(models: readonly ComposeModel[], root: string): WebService | undefined {
  const found = models.flatMap((model) =>
    [...model.services.values()].flatMap((service) => {
      const score = scoreOf(service, root);
      return score === 0
        ? []
        : [{ model, service, score, isActive: isActive(service, model.variables), purpose: model.purpose }];
    }),
  );
  const serving = (score: number): number => (score >= SERVING ? 0 : 1);
  found.sort(
    (a, b) =>
      Number(b.isActive) - Number(a.isActive) ||
      serving(a.score) - serving(b.score) ||
      byPurpose(a, b) ||
      b.score - a.score,
  );
  const [best] = found;
  return best === undefined ? undefined : { model: best.model, service: best.service };
}

const SERVING = 3;

function scoreOf({ name, words, image, build }: ComposeService, root: string): number {
  const command = words.join(' ');
  if (build === undefined && OTHER_IMAGE.test(image ?? '')) return 0;
  if (/\b(?:npm|npx|yarn|pnpm|node|vite)\b/u.test(command) && !RUNS_MANAGE.test(command)) return 0;
  const builds = build !== undefined && isWithin(root, build.context);
  const apart = build !== undefined && !builds && !isWithin(build.context, root);
  const sounds = SOUNDS_LIKE_WEB.test(name) && !/front|nginx|client|proxy/iu.test(name);
  if (SERVES.test(command)) return apart ? 1 : builds ? 6 : 5;
  if (apart) return 0;
  if (sounds && (builds || RUNS_MANAGE.test(command))) return 4;
  if (sounds && build === undefined && image !== undefined && words.length === 0) return SERVING;
  if (RUNS_MANAGE.test(command)) return 2;
  return builds ? 1 : 0;
}

function isWithin(folder: string, outer: string): boolean {
  const relative = path.relative(outer, folder);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}
