import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { diagnose, type Diagnosis } from '../../src/diagnosis/diagnose.ts';
import { Harbours } from '../kit/brokenProject.ts';
import { ensureDjango, type DjangoVersion } from '../kit/django.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { BROKEN_PROJECTS, type BrokenCase } from './brokenProjects/index.ts';

/**
 * Real Django projects that are broken on purpose, with a real server and visitors. What is wrong stands first; nothing is found where
 * nothing is wrong. All of them are tried in test/matrix.
 */

const AT_ONCE = 3;
const VERSIONS: readonly DjangoVersion[] = IN_MATRIX ? ['5.2', '3.2'] : ['5.2'];
/** One of them, or those of a symptom, by a part of the name: for who works on a cause. */
const ONLY = process.env['DSM_TEST_CAUSE'];

for (const version of VERSIONS) {
  describe(`the diagnosis of broken projects, with Django ${version}`, () => {
    let harbours: Harbours | undefined;
    let missing: string | undefined;
    before(async () => {
      const django = await ensureDjango(version);
      if ('skip' in django) missing = django.skip;
      else harbours = await Harbours.start(django);
    });
    after(() => harbours?.stop());

    it('finds what is wrong, and nothing else where nothing is', async (t) => {
      if (missing !== undefined) {
        t.skip(missing);
        return;
      }
      const place = harbours;
      assert.ok(place !== undefined);
      const tried = BROKEN_PROJECTS.filter((one) =>
        ONLY === undefined ? IN_MATRIX || one.quick === true : nameOf(one).includes(ONLY),
      );
      const wrong: string[] = [];
      const left = [...tried];
      const judge = async (): Promise<void> => {
        for (let one = left.pop(); one !== undefined; one = left.pop()) {
          const began = performance.now();
          const found = await place.play(one.project, ({ sources }) =>
            diagnose(sources, { signal: AbortSignal.timeout(120_000), ...(one.symptom && { symptom: one.symptom }) }),
          );
          const right = isRight(one, found);
          const seconds = ((performance.now() - began) / 1000).toFixed(1);
          t.diagnostic(`${right ? 'right' : 'wrong'} (${seconds} s): ${nameOf(one)}: ${one.broken} → ${said(found)}`);
          if (!right || ONLY !== undefined) for (const line of detailOf(found)) t.diagnostic(`    ${line}`);
          if (!right) wrong.push(`${nameOf(one)}: ${said(found)}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, judge));
      assert.deepEqual(wrong, []);
      t.diagnostic(`${tried.length} projects, ${new Set(tried.flatMap(({ causes }) => causes)).size} causes`);
    });
  });
}

function nameOf({ symptom, causes }: BrokenCase): string {
  return `${symptom ?? 'anything'}: ${causes.length === 0 ? 'healthy' : causes.join(' and ')}`;
}

/** One cause stands first, of two both stand among the first three, and where there is none nothing is found. */
function isRight({ causes }: BrokenCase, { findings }: Diagnosis): boolean {
  const ids = findings.map(({ cause }) => cause.id);
  if (causes.length === 0) return ids.length === 0;
  return causes.length === 1 ? ids[0] === causes[0] : causes.every((id) => ids.slice(0, 3).includes(id));
}

function said({ findings }: Diagnosis): string {
  const all = findings.map(({ cause, share, confidence }) => `${cause.id} ${Math.round(share * 100)} % ${confidence}`);
  return all.length === 0 ? 'nothing' : all.join(', ');
}

function detailOf({ findings, ruledOut, unseen }: Diagnosis): string[] {
  return [
    ...findings.map(({ cause, sentence }) => `found ${cause.id}: ${sentence}`),
    ...ruledOut.map(({ cause, sentence }) => `ruled out ${cause.id}: ${sentence}`),
    ...unseen.map(({ cause, reason }) => `unseen ${cause.id}: ${reason}`),
  ];
}
