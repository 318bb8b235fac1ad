import './all.ts';
import '../django/sessionWriters.test.ts';
