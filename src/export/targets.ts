import { DJANGO_COMMAND } from './command/djangoCommand.ts';
import { DATADOG } from './datadog/datadog.ts';
import type { ExportTarget } from './exportContext.ts';
import { GRAFANA } from './grafana/grafana.ts';
import { NEW_RELIC } from './newRelic/newRelic.ts';
import { PROMETHEUS } from './prometheus/prometheus.ts';

export type { ExportContext, ExportedFile, ExportedRule, ExportTarget } from './exportContext.ts';

/** Every system that the metrics and rules can be given to, once. Adding one is adding a row. */
export const EXPORT_TARGETS: readonly ExportTarget[] = [PROMETHEUS, GRAFANA, DATADOG, NEW_RELIC, DJANGO_COMMAND];
