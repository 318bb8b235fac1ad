import '../all.ts';
import '../../postgres/saves.test.ts';
