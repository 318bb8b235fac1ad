import './all.ts';
import '../services/exportedRules.test.ts';
