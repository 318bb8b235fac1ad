import { OF_FOLDER, READING, type SettingRow } from '../settingRow.ts';

export const CLEANUP_SERVICE_SETTINGS = {
  'cleanupService.engine': {
    scope: 'resource',
    names: 'program',
    workspace: 'asked',
    harmless: ['', 'auto', 'docker', 'podman'],
    type: 'string',
    default: 'auto',
    description:
      'The container engine: `docker`, `podman`, or the path of one of them. `auto` asks docker, then podman, each as it is set up for the command line.',
  },
  'cleanupService.container': {
    ...READING,
    type: 'string',
    default: '',
    description: 'Name of the container that clears expired sessions. Empty: as the compose file has it.',
  },
  'cleanupService.composeFile': {
    ...OF_FOLDER,
    names: 'path',
    type: 'string',
    default: '',
    description:
      'Compose file of the cleanup service, absolute or relative to the workspace folder. Empty: the one with a service that runs `clearsessions`.',
  },
  'cleanupService.composeService': {
    ...READING,
    type: 'string',
    default: '',
    description: 'The service in that compose file. Empty: the one that runs `clearsessions`.',
  },
  'cleanupService.intervalHours': {
    ...READING,
    type: 'number',
    nullable: true,
    default: null,
    minimum: 0.01,
    maximum: 8784,
    description: 'Hours between two runs. `null`: what its log says, else 24.',
  },
  'cleanupService.logPattern': {
    ...READING,
    type: 'string',
    default: '',
    description:
      'Regular expression that is tried on each line of its log, with the named groups `start`, `at`, `deleted`, `remaining`, `done`, `next`, `skipped` and `failed`. Empty: the words that such services use, of their own, of Python, and of Celery, cron, systemd, Kubernetes and others.',
  },
  'cleanupService.statusCommand': {
    scope: 'resource',
    names: 'program',
    workspace: 'asked',
    harmless: [[]],
    type: 'array',
    default: [],
    description:
      'Program and arguments that tell whether the service runs, in the place of a container: by the first word of what they print (`active`, `True`, `1`, `inactive`, `False`, `0`), else by the exit code. For example `["systemctl", "is-active", "session-cleanup"]`.',
  },
  'cleanupService.logsCommand': {
    scope: 'resource',
    names: 'program',
    workspace: 'asked',
    harmless: [[]],
    type: 'array',
    default: [],
    description:
      'Program and arguments that print the last lines of its log, best with times, in the place of a container. For example `["journalctl", "-u", "session-cleanup", "-o", "short-iso", "-n", "200"]`.',
  },
  'cleanupService.restartCommand': {
    scope: 'resource',
    names: 'program',
    workspace: 'shown',
    type: 'array',
    default: [],
    description:
      'Program and arguments that restart the service where commands stand for its container. It is never run without asking.',
  },
  'cleanupService.pollSeconds': {
    ...READING,
    type: 'number',
    default: 60,
    minimum: 1,
    maximum: 86_400,
    description: 'Seconds between readings of its state and its log.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
