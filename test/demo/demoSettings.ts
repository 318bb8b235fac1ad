import { join } from 'node:path';

/**
 * The person's own settings: where the metrics are, commands that stand for a container that does not run here, and an alert that
 * need not be waited for.
 */
export function demoSettings(metricsUrl: string): Readonly<Record<string, unknown>> {
  return {
    'djangoSessionMonitor.application.metricsUrl': metricsUrl,
    'djangoSessionMonitor.alerts.expiredForSeconds': 5,
    'djangoSessionMonitor.cleanupService.statusCommand': [process.execPath, '--print', '"active"'],
    'djangoSessionMonitor.cleanupService.logsCommand': [process.execPath, join(import.meta.dirname, 'cleanupLog.ts')],
  };
}
