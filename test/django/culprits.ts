/** What makes the project test/projects/nook save its sessions: what is on, what is asked for, and what a first guess should say. */
export interface Culprit {
  readonly name: string;
  /** In the environment: see nook/settings.py. Default: nothing is on, the traffic makes it. */
  readonly culprit?: string;
  readonly paths: readonly string[];
  /** Requests without a cookie, a round. */
  readonly robots?: number;
  /** The setting, or a file and what stands at its place. */
  readonly expected: { readonly setting: string } | { readonly file: string; readonly code: RegExp };
}

const MIDDLEWARE = 'shelves/middleware/__init__.py';

export const CULPRITS: readonly Culprit[] = [
  {
    name: 'a throttle that makes a session for everyone',
    culprit: 'throttle',
    paths: ['/'],
    robots: 20,
    expected: { file: MIDDLEWARE, code: /^request\.session\["last_activity"\]/ },
  },
  {
    name: 'SESSION_SAVE_EVERY_REQUEST',
    culprit: 'every_request',
    paths: ['/', '/'],
    expected: { setting: 'SESSION_SAVE_EVERY_REQUEST' },
  },
  {
    name: 'a middleware that sets the expiry anew',
    culprit: 'expiry',
    paths: ['/'],
    expected: { file: 'shelves/middleware/expiry.py', code: /^request\.session\.set_expiry/ },
  },
  {
    name: 'a middleware that says that the session has changed',
    culprit: 'modified',
    paths: ['/'],
    expected: { file: MIDDLEWARE, code: /^request\.session\.modified = True/ },
  },
  {
    name: 'a random nonce for each request',
    culprit: 'nonce',
    paths: ['/'],
    expected: { file: 'shelves/middleware/nonce.py', code: /^request\.session\[NONCE_KEY\]/ },
  },
  {
    name: 'a time zone that is set though it is the same',
    culprit: 'timezone',
    paths: ['/'],
    expected: { file: MIDDLEWARE, code: /^request\.session\["django_timezone"\]/ },
  },
  {
    name: 'a middleware of an installed package',
    culprit: 'package',
    paths: ['/'],
    expected: { file: 'packages/visitlog/middleware.py', code: /^request\.session\[LAST_VISIT\]/ },
  },
  {
    name: 'a context processor',
    culprit: 'processor',
    paths: ['/'],
    expected: { file: 'shelves/context.py', code: /^request\.session\["recently_seen"\]/ },
  },
  {
    name: 'messages that are kept in sessions',
    culprit: 'messages',
    paths: ['/notice/', '/'],
    expected: { file: 'shelves/views.py', code: /^messages\.info/ },
  },
  {
    name: 'CSRF tokens in sessions, for robots too',
    culprit: 'csrf',
    paths: ['/token/'],
    robots: 20,
    expected: { setting: 'CSRF_USE_SESSIONS' },
  },
  {
    name: 'a client that signs in at each request',
    paths: ['/sign-in/?name=robot'],
    robots: 20,
    expected: { file: 'shelves/views.py', code: /^login\(/ },
  },
  {
    name: 'a counter in a view',
    paths: ['/counter/'],
    expected: { file: 'shelves/views.py', code: /^request\.session\["visits"\] = / },
  },
  {
    name: 'a basket',
    paths: ['/basket/N/'],
    expected: { file: 'shelves/basket.py', code: /self\.session\[settings\.CART_SESSION_ID\] = / },
  },
  {
    name: 'a form of many steps',
    paths: ['/form/N/?answer=N'],
    expected: { file: 'shelves/steps.py', code: /^self\.request\.session\[f"steps_/ },
  },
  {
    name: 'a view that marks all who come',
    paths: ['/landing/'],
    robots: 20,
    expected: { file: 'shelves/views.py', code: /^request\.session\.setdefault\("landing_page"/ },
  },
  {
    name: 'a page that asks again and again, and changes something within an entry',
    paths: ['/poll/'],
    expected: { file: 'shelves/views.py', code: /^request\.session\.setdefault\("preferences"/ },
  },
  {
    name: 'a decorator that saves',
    paths: ['/report/'],
    expected: { file: 'shelves/decorators.py', code: /^request\.session\.save\(\)/ },
  },
  {
    name: 'two entries that are always set together',
    paths: ['/quiz/N/'],
    expected: { file: 'shelves/views.py', code: /^request\.session\.update\(/ },
  },
];
