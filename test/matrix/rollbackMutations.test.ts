import './all.ts';
import '../processes/django/rollback/mutations.test.ts';
