import './all.ts';
import '../django/sessionMetricsCommand.test.ts';
