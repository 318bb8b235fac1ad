import '../all.ts';
import '../../unit/django/budget.test.ts';
