/**
 * What works without an editor, for scripts, measurements and checks from outside: `node` runs it as it is, from Node 24 on. Only
 * re-exports stand here.
 */
export { clearExpiredSessions, previewCleanup } from './database/cleanup.ts';
export { connect } from './database/connection.ts';
export { readSessionMetrics } from './database/sessionMetrics.ts';
export { applyEdits, planRollback } from './django/rollback.ts';
export { decodeSession } from './django/sessionData.ts';
export { parseSettings } from './django/settingsFile.ts';
export { ALERT_RULES } from './monitoring/alertRules.ts';
export { AlertEngine } from './monitoring/alerts.ts';
