import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { Problem } from '../../../src/common/problem.ts';
import { cause, type Cause, type CauseJudgement } from '../../../src/diagnosis/cause.ts';
import { CAUSES } from '../../../src/diagnosis/causes/causes.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { LOOKS, type EvidenceName } from '../../../src/diagnosis/evidence/evidence.ts';
import type { EvidenceSources } from '../../../src/diagnosis/evidence/gather.ts';
import { diagnosisSentence } from '../../../src/diagnosis/report/findingTexts.ts';

/** How findings are ranked, and what becomes of evidence that can't be had. */

const NAMES = Object.keys(LOOKS) as EvidenceName[];

/** Each piece is there, and is nothing that is looked into. */
function sources(given: Partial<EvidenceSources> = {}): EvidenceSources {
  const all = NAMES.map((name) => [name, () => Promise.resolve({ how: 'exact', value: {}, at: new Date(0) })]);
  return { ...(Object.fromEntries(all) as unknown as EvidenceSources), ...given };
}

function judged(id: string, judgement: CauseJudgement, needs: readonly EvidenceName[] = []): Cause {
  return cause({ id, title: `Cause ${id}`, symptoms: ['load'], needs, judge: () => judgement });
}

const found = (share: number, confidence: 'certain' | 'likely' | 'possible'): CauseJudgement => {
  return { verdict: 'found', share, confidence, sentence: 'It is.', exhibits: [], remedies: [] };
};

const { signal } = new AbortController();

void describe('a diagnosis', () => {
  void it('puts first what explains most, as much as it is sure of it', async () => {
    const causes = [
      judged('half', found(0.5, 'certain')),
      judged('doubtful', found(0.9, 'possible')),
      judged('most', found(0.8, 'likely')),
      judged('no', { verdict: 'ruledOut', sentence: 'It is not.' }),
    ];
    const { findings, ruledOut } = await diagnose(sources(), { causes, signal });
    assert.deepEqual(
      findings.map(({ cause: { id } }) => id),
      ['most', 'half', 'doubtful'],
    );
    assert.deepEqual(
      ruledOut.map(({ cause: { id } }) => id),
      ['no'],
    );
  });

  void it('goes on without what can’t be had, and says why', async () => {
    const problem = { code: 'x', what: 'Cannot read', why: 'It is broken.', next: 'Mend it.', transient: false };
    const given: Partial<EvidenceSources> = {
      load: () => Promise.reject(new Problem(problem)),
      throttle: () => Promise.resolve(unknown('No project is open.', 'Open it.')),
    };
    const causes = [
      judged('a', found(1, 'certain'), ['load']),
      judged('b', found(1, 'certain'), ['throttle', 'snapshot']),
      judged('c', found(1, 'certain'), ['snapshot']),
    ];
    const { findings, unseen } = await diagnose(sources(given), { causes, signal });
    assert.deepEqual(
      findings.map(({ cause: { id } }) => id),
      ['c'],
    );
    assert.deepEqual(
      unseen.map(({ cause: { id }, reason, next }) => [id, reason, next]),
      [
        ['a', 'Cannot read: It is broken.', 'Mend it.'],
        ['b', 'No project is open.', 'Open it.'],
      ],
    );
  });

  void it('takes each piece once, says which, and takes none that no cause of the symptom needs', async () => {
    const seen: string[] = [];
    const causes = [judged('a', found(1, 'certain'), ['load', 'snapshot']), judged('b', found(1, 'certain'), ['load'])];
    const onProgress = (name: EvidenceName, done: number, of: number): void => void seen.push(`${name} ${done}/${of}`);
    await diagnose(sources(), { causes, symptom: 'load', signal, onProgress });
    assert.deepEqual(seen, ['load 0/2', 'snapshot 1/2']);
    await diagnose(sources(), { causes, symptom: 'growth', signal, onProgress });
    assert.equal(seen.length, 2);
  });

  void it('ends where it is cancelled midway, and judges nothing', async () => {
    const abort = new AbortController();
    const given: Partial<EvidenceSources> = {
      load: (inner) => {
        abort.abort(new Error('cancelled'));
        return Promise.reject(inner.reason as Error);
      },
      throttle: () => assert.fail('it was looked at after the end'),
    };
    const causes = [judged('a', found(1, 'certain'), ['load', 'throttle'])];
    await assert.rejects(diagnose(sources(given), { causes, signal: abort.signal }), /cancelled/u);
  });

  void it('is told in a sentence', async () => {
    const causes = [
      judged('a', found(0.852, 'certain')),
      judged('b', found(0.1, 'likely')),
      judged('c', { verdict: 'unseen', reason: 'Dark.' }),
    ];
    const all = await diagnose(sources(), { causes, symptom: 'load', signal });
    assert.equal(
      diagnosisSentence(all),
      'High database load: cause a (explains about 85% of it, certain), and 1 more finding. 1 cause could not be looked at.',
    );
    const none = await diagnose(sources(), { causes: [], signal });
    assert.equal(diagnosisSentence(none), 'Everything that is known: nothing was found.');
  });
});

void describe('the table of causes', () => {
  void it('names each once, in kebab case, with a title that is no sentence', () => {
    const ids = CAUSES.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, title, symptoms } of CAUSES) {
      assert.match(id, /^[a-z]+(?:-[a-z]+)*$/u);
      assert.match(title, /^[A-Z].*[^.]$/u);
      assert.ok(symptoms.length > 0, id);
    }
  });
});
