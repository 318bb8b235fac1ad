import { LITERALS } from './literals.ts';
import { COMPOSE } from './compose.ts';
import { ENVIRONMENTS } from './environments.ts';
import { SHAPES } from './shapes.ts';
import { SPLIT } from './split.ts';
import { TOOLS } from './tools.ts';
import { UNCERTAIN } from './uncertain.ts';
import type { CorpusProject } from './kit.ts';

export type { CorpusProject, Expected } from './kit.ts';

export const CORPUS: readonly CorpusProject[] = [
  ...LITERALS,
  ...ENVIRONMENTS,
  ...COMPOSE,
  ...SPLIT,
  ...TOOLS,
  ...UNCERTAIN,
  ...SHAPES,
];
