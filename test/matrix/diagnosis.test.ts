import './all.ts';
import '../django/diagnosis.test.ts';
