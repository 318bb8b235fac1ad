import { formatDuration } from '../../common/format.ts';
import type { SettingMention, SettingsOutline } from '../../django/settings/model/settingsOutline.ts';
import { metricById, type MetricId } from '../../monitoring/metrics/metrics.ts';
import { escapeMarkdown, measuredLine, metricLine, paragraphs } from '../texts/hover.ts';
import { affectedShare } from './affected.ts';
import type { SettingsFacts } from './facts.ts';
import { dateText } from './lenses.ts';

/** What a hover over a name in a settings file says, and the range that it is about. */
export interface SettingHover {
  readonly from: number;
  readonly to: number;
  readonly markdown: string;
}

interface HoverText {
  /** What the setting does, in Django's own terms. */
  readonly what: string;
  /** Ids of the metrics that are measured about it. */
  readonly metrics: readonly MetricId[];
  readonly affected?: boolean;
}

/** @see https://docs.djangoproject.com/en/stable/ref/settings/#sessions */
const SETTINGS: Readonly<Record<string, HoverText>> = {
  SESSION_COOKIE_AGE: {
    what: 'Age of a session in seconds, counted from its last save; Django’s default is 1209600, two weeks. A longer age keeps more rows in the table.',
    metrics: ['sessions.active', 'sessions.savedLastHour', 'sessions.lifetime', 'sessions.oldestExpired'],
  },
  SESSION_SAVE_EVERY_REQUEST: {
    what: 'True saves the session at every request, which is one write to the session table each. False (Django’s default) saves only what was modified, so that the expiry moves on only then.',
    metrics: ['writes.saves', 'writes.perSession', 'writes.perDay', 'writes.estimateUnthrottled', 'writes.hotShare'],
    affected: true,
  },
  SESSION_ENGINE: {
    what: 'Where sessions are kept. The engines db and cached_db keep a row of django_session for each.',
    metrics: ['sessions.total', 'sessions.active', 'sessions.expired', 'table.total', 'table.growth'],
  },
};

const THROTTLE: HoverText = {
  what: 'Saves the session of an active visitor once in each throttle interval instead of at every request, which moves its expiry on.',
  metrics: ['writes.saves', 'writes.perSession', 'writes.estimateThrottled', 'writes.estimateUnthrottled'],
  affected: true,
};

/** The hover at this offset (UTF-16); undefined: there is nothing to say. */
export function settingHover(outline: SettingsOutline, offset: number, facts: SettingsFacts): SettingHover | undefined {
  const mention = outline.mentions.find(({ from, to }) => from <= offset && offset < to);
  if (mention === undefined) return undefined;
  const place = outline.throttles.find(({ entry }) => entry.from === mention.from);
  const text = place === undefined ? textOf(mention) : THROTTLE;
  if (text === undefined) return undefined;
  const title = place === undefined ? mention.name : `${place.path}: ${place.state === 'on' ? 'on' : 'off'}`;
  return { from: mention.from, to: mention.to, markdown: markdownOf(title, text, place !== undefined, facts) };
}

function textOf({ name }: SettingMention): HoverText | undefined {
  return Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
}

function markdownOf(title: string, text: HoverText, isThrottle: boolean, facts: SettingsFacts): string {
  const { figures, offSince, intervalSeconds, activeModule } = facts;
  const known = [
    ...(isThrottle && offSince !== undefined ? [`Rolled back ${dateText(offSince, facts.locale)}.`] : []),
    ...(isThrottle && intervalSeconds !== undefined ? [`Its interval is ${formatDuration(intervalSeconds)}.`] : []),
    ...(activeModule === undefined ? [] : [`This file is not in use: the project uses ${activeModule}.`]),
  ];
  return paragraphs([
    `**${escapeMarkdown(title)}**`,
    escapeMarkdown(text.what),
    escapeMarkdown(known.join(' ')),
    figures === undefined ? '*Nothing has been measured yet.*' : figuresText(text, facts),
  ]);
}

function figuresText(text: HoverText, facts: SettingsFacts): string {
  const { figures, locale, now } = facts;
  if (figures === undefined) return '';
  const options = { locale, now };
  const { snapshot } = figures;
  const lines = text.metrics.map((id) => metricLine(metricById(id), snapshot, options));
  const affected =
    text.affected === true
      ? [measuredLine('Active sessions that a change would affect', affectedShare(snapshot), 'share', options)]
      : [];
  const age = figures.old ? ' They are not live.' : '';
  return paragraphs([[...lines, ...affected].join('\n'), `*Measured on ${escapeMarkdown(figures.connection)}.${age}*`]);
}
