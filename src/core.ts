/**
 * What works without an editor, for scripts, measurements and checks from outside: `node` runs it as it is, from Node 24 on. Only
 * re-exports stand here.
 */
export { clearExpiredSessions, previewCleanup } from './postgres/cleanup/cleanup.ts';
export { connect } from './postgres/connect/connection.ts';
export { readSessionMetrics } from './postgres/readings/sessionMetrics.ts';
export { describeProject } from './django/describe/describeProject.ts';
export { applyEdits } from './django/settings/text/edits.ts';
export { planRollback } from './django/rollback/rollback.ts';
export { decodeSession } from './django/sessionData.ts';
export { parseSettings } from './django/settings/checks/settingsFile.ts';
export { readCleanupLog } from './services/cleanupService/log/readCleanupLog.ts';
export { ALERT_RULES } from './monitoring/alerts/alertRules.ts';
export { AlertEngine } from './monitoring/alerts/alerts.ts';
export { diagnose } from './diagnosis/diagnose.ts';
export { DatabaseSources } from './diagnosis/evidence/databaseSources.ts';
export { siteSources } from './diagnosis/evidence/siteSources.ts';
