/** The words for clearing sessions in logs, in names of tasks, services and scripts: parts of regular expressions. */

/** Words between a verb and "sessions". */
const KINDS = String.raw`(?:(?:all|the|any|expired|old|stale|inactive|outdated|dead|abandoned|django|user|login|web|database|db)[\s_.-]+)*`;
export const SESSIONS = String.raw`${KINDS}sessions?(?![\s_-]?(?:cookie|id|key|token))`;
export const CLEARED = '(?:clean(?:ed|ed[ -]?up)|clear(?:ed)|purged|deleted|removed|pruned|flushed|wiped)';
export const CLEARING = '(?:clean(?:ing)(?:[ -]?up)?|clearing|purging|deleting|removing|pruning|flushing|wiping)';
export const CLEAR = String.raw`(?:clean(?:[\s_-]?up)?|clear(?:[\s_-]?out)?|purge|delete|remove|prune|flush|wipe)`;
/** The work itself, as a noun or as the name of a command: "clearsessions", "cleanup", "session purge job". */
export const JOB =
  String.raw`(?:clear_?sessions|(?:${SESSIONS}[\s_-]+)?(?:clean[\s_-]?up|cleaning|cleaner|purge|clearance|deletion|removal)` +
  String.raw`(?:[\s_-](?:task|job|run|process|script|command|cycle)(?!s))?|${CLEAR}[\s_-]+${SESSIONS}|${CLEARING} ${SESSIONS})`;

/** Runs Django's own command. */
export const CLEARS = /\bclear_?sessions\b/iu;
/** Sounds like a command, a task or a service around it: "cleanup_sessions", "session-cleanup", "purge_expired_sessions". */
export const CLEARS_BY_NAME = new RegExp(
  String.raw`${CLEAR}\w*[\s_.-]?${KINDS}session|session\w*[\s_.-]?(?:clea[nr]|purge|prune)`,
  'iu',
);
