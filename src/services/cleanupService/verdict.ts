/** Where the cleanup service stands, by all sources together, and what to say and to offer for it. */

export const VERDICTS = {
  healthy: { title: 'healthy', isTrouble: false },
  late: { title: 'late', isTrouble: true },
  deletingNothing: { title: 'running, but deleting nothing', isTrouble: true },
  failing: { title: 'failing', isTrouble: true },
  stopped: { title: 'stopped', isTrouble: true },
  notFound: { title: 'not found', isTrouble: true },
  engineUnreachable: { title: 'engine unreachable', isTrouble: false },
  unknown: { title: 'unknown', isTrouble: false },
} as const;

export type Verdict = keyof typeof VERDICTS;

/** What a person can do about it, in the order in which it is offered. */
export type CleanupAction = 'followLog' | 'restart' | 'openComposeFile' | 'clearSessions' | 'openSettings';
