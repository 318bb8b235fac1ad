import './all.ts';
import '../unit/django/rollback/mutations.test.ts';
