import { Problem } from '../../common/problem.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';

/** Why no cleanup is begun. */

export const UNTRUSTED = new Problem({
  code: 'untrusted',
  what: 'Nothing was deleted',
  why: 'This folder is in Restricted Mode, in which no database is connected to.',
  next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
  transient: false,
});

export const ALREADY_RUNNING = new Problem({
  code: 'cleanup-running-here',
  what: 'No further cleanup was begun',
  why: 'One is running in this window.',
  next: 'Wait until it is done, or cancel it in the Django Sessions view.',
  transient: false,
});

export const NO_DATABASE = new Problem({
  code: 'nothing-watched',
  what: 'There is nothing to clear',
  why: 'No database has been found or chosen yet.',
  next: 'Open the folder of a Django project, or run "Django Sessions: Connect to Database…".',
  transient: false,
});

export const NO_PROJECT = new Problem({
  code: 'no-project',
  what: 'clearsessions was not run',
  why: 'No manage.py was found in the open folders.',
  next: `Open the folder of the Django project, or set ${SETTINGS_SECTION}.cleanup.clearsessionsCommand.`,
  transient: false,
});

export const PRODUCTION = new Problem({
  code: 'production',
  what: 'All sessions were left as they are',
  why: 'This is a production database, on which everyone would be logged out.',
  next: `If that is what has to be, allow it by the setting ${SETTINGS_SECTION}.cleanup.allowDeleteAllInProduction.`,
  transient: false,
});

export const NOT_BY_COMMAND = new Problem({
  code: 'clearsessions-unknown',
  what: 'clearsessions was not run',
  why: 'The command of this connection does not end in "manage.py session_metrics …" as words of its own, so that clearsessions can’t take its way.',
  next: `Write it so, or set ${SETTINGS_SECTION}.cleanup.clearsessionsCommand.`,
  transient: false,
});
