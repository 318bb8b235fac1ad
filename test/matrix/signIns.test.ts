import './all.ts';
import '../django/signIns.test.ts';
