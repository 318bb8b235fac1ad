/** `npm run demo`: see demo.ts. Runs on a fresh clone with nothing installed. */
import { bootstrap, runMain, runWithNode24 } from '../kit/bootstrap.mjs';

await runMain(async () => {
  await bootstrap();
  return runWithNode24('test/demo/demo.ts', process.argv.slice(2));
});
