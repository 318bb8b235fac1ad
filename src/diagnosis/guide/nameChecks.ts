import path from 'node:path';
import { CLEARS_BY_NAME } from '../../services/cleanupService/log/words.ts';
import { composeUse, containerUse, djangoCommand, isPlaceholder, type GuideCommand } from './commands.ts';
import type { GuideBlock } from './guideBlocks.ts';
import type { GuideFacts, NamedService } from './guideFacts.ts';
import type { GuideCheck, GuideFinding } from './guideFinding.ts';
import { offsetInDocument } from './statements.ts';

type Found = Omit<GuideFinding, 'code'>;

export const SERVICE_MISSING: GuideCheck = {
  code: 'guide-service-missing',
  what: 'a service or container that no compose file has',
  find: ({ commands }, facts) => {
    const { compose } = facts;
    if (compose === undefined || compose.length === 0) return [];
    return commands.flatMap((command) => [...missingServices(command, compose), ...missingContainers(command, facts)]);
  },
};

type Compose = NonNullable<GuideFacts['compose']>;

/** Which of several compose files is meant, where none is named, depends on folders and variables: a service may be in any of them. */
function missingServices(command: GuideCommand, compose: Compose): Found[] {
  const use = composeUse(command);
  if (use === undefined) return [];
  const named = use.files.map((name) => compose.find(({ file }) => `/${file}`.endsWith(path.posix.join('/', name))));
  if (named.includes(undefined)) return [];
  const files = named.length > 0 ? named.filter((one) => one !== undefined) : compose;
  const has = new Set(files.flatMap(({ services }) => services.map(({ name }) => name)));
  const missing = use.services.filter(({ text }) => !has.has(text) && !isPlaceholder(text));
  const [first] = missing;
  const last = missing.at(-1);
  if (first === undefined || last === undefined) return [];
  const names = missing.map(({ text }) => text).join(' and ');
  const where = named.length > 0 ? files.map(({ file }) => path.basename(file)).join(' with ') : 'No compose file';
  const says =
    named.length > 0 ? `${where} has no service ${names}` : `${where} of this workspace has a service ${names}`;
  const message = `${says}: docker compose ${use.verb} fails. ${has.size === 0 ? 'There is none at all.' : `There is ${listOf(has)}.`}`;
  return [{ message, from: first.from, to: last.to }];
}

/** A container that Compose names itself has the name of a folder in it, which differs from machine to machine. */
function missingContainers(command: GuideCommand, { compose = [], startedBy }: GuideFacts): Found[] {
  const services = compose.flatMap((one) => one.services);
  return (containerUse(command)?.containers ?? []).flatMap(({ text, from, to }): Found[] => {
    if (isPlaceholder(text) || startedBy.has(text) || services.some(({ containerName }) => containerName === text))
      return [];
    const meant = services.filter(({ name }) => isNamedAfter(text, name));
    const fixed = meant.filter(({ containerName }) => containerName !== undefined);
    if (meant.length > fixed.length && isMadeByCompose(text, meant)) return [];
    const called = fixed.map(({ name, containerName = '' }) => `that of ${name} is called ${containerName}`);
    if (called.length > 0)
      return [{ message: `No container is called ${text}: ${[...new Set(called)].join(', ')}.`, from, to }];
    if (meant.length > 0 || !CLEARS_BY_NAME.test(text)) return [];
    return [
      {
        message: `No compose file of this workspace has a service or container ${text}, and no script starts one.`,
        from,
        to,
      },
    ];
  });
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/gu, '-');
const isNamedAfter = (container: string, service: string): boolean =>
  new RegExp(`(?:^|-)${plain(service)}(?:-\\d+)?$`, 'u').test(plain(container));
const isMadeByCompose = (container: string, services: readonly NamedService[]): boolean =>
  services.some(({ name, containerName }) => containerName === undefined && isNamedAfter(container, name));

const listOf = (names: ReadonlySet<string>): string => {
  const all = [...names];
  return all.length <= 8 ? all.join(', ') : `${all.slice(0, 8).join(', ')} and ${String(all.length - 8)} more`;
};

/**
 * What every command of Django's takes; clearsessions has none of its own in any version.
 * @see https://github.com/django/django/blob/main/django/core/management/base.py create_parser
 */
const OPTIONS = [
  'help',
  'version',
  'verbosity',
  'settings',
  'pythonpath',
  'traceback',
  'no-color',
  'force-color',
  'skip-checks',
];

export const OPTION_MISSING: GuideCheck = {
  code: 'guide-option-missing',
  what: 'an option that `clearsessions` does not have, such as `--dry-run`',
  find: ({ commands }, { ownClearsessions }) => {
    if (ownClearsessions) return [];
    return commands.flatMap((command) => {
      const [name, ...rest] = djangoCommand(command) ?? [];
      if (name?.text !== 'clearsessions') return [];
      return rest.flatMap(({ text, from, to }): Found[] => {
        const option = /^--([a-z][\w-]*)(?:=|$)/u.exec(text)?.[1];
        // argparse takes the beginning of an option for it.
        if (option === undefined || OPTIONS.some((one) => one.startsWith(option))) return [];
        const instead = /dry|preview|pretend|simulate/iu.test(option)
          ? 'How many it would delete is told by “Clear Expired Sessions…” before anything is deleted.'
          : 'It takes only what every command of Django takes.';
        return [
          {
            message: `clearsessions has no option --${option} in any version of Django, and fails with it. ${instead}`,
            from,
            to,
          },
        ];
      });
    });
  },
};

const DOTTED = /(['"])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\1/gu;
const TO_TAKE_OUT = /\b(?:comment(?:ing)?[ -]?(?:it )?out|remov\w+|disabl\w+|delet\w+|take out|turn(?:ed)? off)\b/iu;

export const MIDDLEWARE_MISSING: GuideCheck = {
  code: 'guide-middleware-missing',
  what: 'a middleware by a dotted path that the settings do not have',
  find: (block, { settings, packages }) => {
    if (settings === undefined) return [];
    return [...block.content.matchAll(DOTTED)].flatMap((match): Found[] => {
      const [whole, quote = '', dotted = ''] = match;
      if (!dotted.endsWith('Middleware') || settings.includes(dotted)) return [];
      const name = dotted.split('.').at(-1) ?? '';
      const other = new RegExp(String.raw`['"]([\w.]+\.${name})['"]`, 'u').exec(settings)?.[1];
      const message = missingMiddleware(block, dotted, other, packages);
      if (message === undefined) return [];
      const from = offsetInDocument(block.lines, match.index + quote.length);
      return [{ message, from, to: from + whole.length - 2 }];
    });
  },
};

/** undefined: it may be one that is to be added. */
function missingMiddleware(
  { content, before }: GuideBlock,
  dotted: string,
  other: string | undefined,
  packages: ReadonlySet<string>,
): string | undefined {
  const says = `The settings have no ${dotted}`;
  if (other !== undefined) return `${says}: it is ${other} there.`;
  if (!TO_TAKE_OUT.test(content) && !TO_TAKE_OUT.test(before)) return undefined;
  const isOwn = packages.has(dotted.split('.')[0] ?? '');
  return `${says}, switched on or off${isOwn ? '' : ', and the project has no such package'}.`;
}
