import { testHistory } from './prometheusHistorySuite.ts';

// PostgreSQL 15 takes as long again: it is in test/matrix.
testHistory(18);
