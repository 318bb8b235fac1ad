import type { Symptom } from '../../../src/diagnosis/symptom.ts';
import type { BrokenProject } from '../../kit/brokenProject.ts';

/** A project that is broken in a known way, and what is to be found. */
export interface BrokenCase {
  /** What a person comes with; default: everything is looked for. */
  readonly symptom?: Symptom;
  /** Ids of the causes that are true; none: it is healthy. */
  readonly causes: readonly string[];
  /** How it is broken, in a few words. */
  readonly broken: string;
  readonly project: BrokenProject;
  /** Also in `npm test`. */
  readonly quick?: true;
}
