import { Problem } from '../../common/problem.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';

/** Why something is not done with the cleanup service. `what` has failed, without a full stop. */

export function untrusted(what: string): Problem {
  return new Problem({
    code: 'untrusted',
    what,
    why: 'This folder is in Restricted Mode, in which nothing of it is read or run.',
    next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
    transient: false,
  });
}

export function notConfigured(what: string): Problem {
  return new Problem({
    code: 'cleanup-service-missing',
    what,
    why: 'No compose file in the workspace has a service that runs clearsessions, and no setting names one.',
    next: `Set ${SETTINGS_SECTION}.cleanupService.container, or a status and a logs command.`,
    transient: false,
  });
}

export function noRestart(): Problem {
  return new Problem({
    code: 'restart-missing',
    what: 'The cleanup service was not restarted',
    why: 'Commands stand for its container, and none of them restarts it.',
    next: `Set ${SETTINGS_SECTION}.cleanupService.restartCommand.`,
    transient: false,
  });
}

export function noLog(): Problem {
  return new Problem({
    code: 'log-missing',
    what: 'The log of the cleanup service can’t be followed',
    why: 'Commands stand for its container, and none of them prints its log.',
    next: `Set ${SETTINGS_SECTION}.cleanupService.logsCommand.`,
    transient: false,
  });
}

export function noComposeFile(): Problem {
  return new Problem({
    code: 'compose-file-unknown',
    what: 'There is no compose file to open',
    why: 'The cleanup service that is watched was found in no compose file.',
    next: `Set ${SETTINGS_SECTION}.cleanupService.composeFile and composeService.`,
    transient: false,
  });
}

export function commandsStand(): Problem {
  return new Problem({
    code: 'commands-set',
    what: 'No service of a compose file was chosen',
    why: 'A status or a logs command is set, and stands for the container.',
    next: `Empty ${SETTINGS_SECTION}.cleanupService.statusCommand and logsCommand first.`,
    transient: false,
  });
}
