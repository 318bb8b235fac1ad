import { testHistory } from '../services/prometheusHistorySuite.ts';

testHistory(15);
