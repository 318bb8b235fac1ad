import assert from 'node:assert/strict';
import { it } from 'node:test';
import { skipWithout } from '../kit/apt.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { agreement } from './exportedRules.ts';

const skip = (await skipWithout('promtool')) ?? false;
/** Series and steps of each; the rest of them in test/matrix. */
const [SERIES, STEPS] = IN_MATRIX ? [240, 150] : [18, 60];

it('the exported alert rules fire and clear when the AlertEngine does', { skip }, async (t) => {
  const { fired, cleared } = await agreement(SERIES, STEPS);
  t.diagnostic(
    `${SERIES} series of ${STEPS} steps: fired ${fired} times, cleared ${cleared} times, all at the same step`,
  );
  assert.ok(fired > SERIES / 2 && cleared > SERIES / 3, `${fired} fired, ${cleared} cleared`);
});
