import { COMMAND_ROWS } from './commands.ts';
import { CONTEXT_KEYS } from './contextKeys.ts';
import { PREFIX, WALKTHROUGH } from './ids.ts';
import { all } from './when.ts';

/**
 * The first steps, as VS Code shows them on its Welcome page. A step gets its check mark by what the person does or reaches, wherever
 * that happens. @see https://code.visualstudio.com/api/references/contribution-points#contributes.walkthroughs
 */
interface Step {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** Commands that it offers as buttons, each in a line of its own. */
  readonly buttons: readonly CommandName[];
  /** Commands of which each completes it, besides its buttons. */
  readonly alsoDoneBy?: readonly CommandName[];
  /** When clauses of which each completes it, instead of any command. */
  readonly doneWhen?: readonly string[];
  /** SVG of media/walkthrough, drawn in the colours of the theme, without a word that would have to be translated. */
  readonly picture: string;
  readonly altText: string;
}

type CommandName = keyof typeof COMMAND_ROWS;

/** VS Code looks at what becomes true while it knows the step, and it knows none before a walkthrough is opened for the first time. */
const LIVE = `${CONTEXT_KEYS.state} == 'live'`;

const STEPS: readonly Step[] = [
  {
    id: 'connect',
    title: 'Connect to the database',
    text: [
      'In a folder with manage.py the database is found from the settings of the project, without running Python. Where there is no project, a connection string will do.',
      'What watches can’t write: its connection is read-only.',
    ],
    buttons: ['findDatabase', 'connect'],
    doneWhen: [LIVE, all(CONTEXT_KEYS.walkthroughOpened, LIVE)],
    picture: 'connect.svg',
    altText: 'manage.py, and a line from settings.py to a PostgreSQL database.',
  },
  {
    id: 'look',
    title: 'See what sessions do to it',
    text: [
      'The view lists alerts, sessions, saves, table, statements and connections. The hover of each figure says whether it is exact or estimated, how old it is, and where it comes from.',
      'The dashboard draws the same over time, from 15 minutes to a year.',
    ],
    buttons: ['openDashboard'],
    picture: 'look.svg',
    altText: 'Rows of the view, and two charts with a threshold and a mark.',
  },
  {
    id: 'cleanUp',
    title: 'Clear expired sessions',
    text: [
      'First you see what would go and what stays; nothing is deleted before you confirm. Then small transactions rest between each other, and you can pause and cancel.',
    ],
    buttons: ['clearExpired'],
    picture: 'cleanUp.svg',
    altText: 'Expired rows leave a table in batches, under a bar of progress; the others stay.',
  },
  {
    id: 'rollBack',
    title: 'Switch the throttle off and on',
    text: [
      'Over MIDDLEWARE in your settings stands whether a throttle is on. Disable, Full Rollback and Restore show their change as a diff first, and wait for you to apply it.',
    ],
    buttons: ['openThrottleSettings'],
    alsoDoneBy: ['disableThrottle', 'fullRollback', 'restoreThrottle'],
    picture: 'rollBack.svg',
    altText: 'MIDDLEWARE in settings.py as a diff, in which the entry of the throttle is commented out.',
  },
  {
    id: 'diagnose',
    title: 'Find out what is wrong',
    text: [
      'Says which causes explain the load, the growth, the logouts or the full connections, how much of it each explains, what it rests on, and what mends it. It reads only.',
    ],
    buttons: ['diagnose'],
    picture: 'diagnose.svg',
    altText: 'A report: three causes with bars of how much each explains, the first with a check mark.',
  },
];

const button = (name: CommandName): string => `[${COMMAND_ROWS[name].title}](command:${PREFIX}.${name})`;

export const WALKTHROUGHS = [
  {
    id: WALKTHROUGH,
    title: 'Get Started with Django Session Monitor',
    description: 'Connect, look, clean up, roll back, diagnose.',
    icon: 'media/icon.png',
    // VS Code opens what applies when an extension is installed. This one applies once the extension runs, and opens when it is asked for.
    when: CONTEXT_KEYS.state,
    steps: STEPS.map(({ id, title, text, buttons, alsoDoneBy = [], doneWhen, picture, altText }) => ({
      id,
      title,
      description: [...text, ...buttons.map(button)].join('\n'),
      media: { svg: `media/walkthrough/${picture}`, altText },
      completionEvents:
        doneWhen === undefined
          ? [...buttons, ...alsoDoneBy].map((name) => `onCommand:${PREFIX}.${name}`)
          : doneWhen.map((clause) => `onContext:${clause}`),
    })),
  },
] as const;
