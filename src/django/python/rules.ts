import type { Evaluation, ExpressionRules, ModuleRules, StatementRules } from './evaluation/evaluation.ts';
import { builtins } from './expressions/builtins.ts';
import { EXPRESSIONS } from './expressions/expressions.ts';
import { MODULES } from './libraries/knownModules.ts';
import { STATEMENTS } from './statements/statements.ts';
import type { Value } from './values/values.ts';

/** All that is known of Python, its library and the tools of settings. */
export interface Rules {
  readonly expressions: ExpressionRules;
  readonly statements: StatementRules;
  /** Names that are known without an import. */
  readonly builtins: (it: Evaluation) => Readonly<Record<string, Value>>;
  readonly modules: ModuleRules;
}

export const RULES: Rules = { expressions: EXPRESSIONS, statements: STATEMENTS, builtins, modules: MODULES };
