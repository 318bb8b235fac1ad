import { OF_FOLDER, type SettingRow } from '../settingRow.ts';

export const CLEANUP_SETTINGS = {
  'cleanup.graceMinutes': {
    ...OF_FOLDER,
    names: 'guard',
    type: 'number',
    default: 0,
    minimum: 0,
    maximum: 527_040,
    description:
      'Minutes for which expired sessions stay, for application servers whose clocks are behind the database’s.',
  },
  'cleanup.batchMilliseconds': {
    ...OF_FOLDER,
    names: 'guard',
    type: 'number',
    default: 50,
    minimum: 1,
    maximum: 10_000,
    description: 'Milliseconds that one transaction of a cleanup should take: the batches adapt to it.',
  },
  'cleanup.clearsessionsCommand': {
    scope: 'resource',
    names: 'program',
    workspace: 'shown',
    type: 'array',
    default: [],
    description:
      'Program and arguments that run Django\'s `clearsessions`, such as `["docker", "compose", "exec", "-T", "web", "python", "manage.py", "clearsessions"]`. Empty: `manage.py` with the interpreter of the project. Run without a shell in the folder of `manage.py`, after asking, and never in Restricted Mode.',
  },
  'cleanup.allowDeleteAllInProduction': {
    scope: 'application',
    names: 'guard',
    workspace: 'never',
    type: 'boolean',
    default: false,
    description: 'Allows **Delete All Sessions (Emergency)** on a production database. It logs everyone out.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
