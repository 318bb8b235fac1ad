import { Environment } from '../../python/evaluation/environment.ts';
import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { LoadedFiles } from '../../python/evaluation/files.ts';
import { Interpreter } from '../../python/interpreter.ts';
import { statementsOf } from '../../python/syntax/blocks.ts';
import { countBelow } from '../../python/syntax/lines.ts';
import { children, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';
import { truth } from '../../python/values/comparison.ts';
import { str, type Frame } from '../../python/values/values.ts';
import { ListRecorder } from '../middleware/listRecorder.ts';
import { UNDECIDED } from '../middleware/reconcile.ts';
import type { TrackedNames } from '../middleware/trackedNames.ts';

/**
 * Goes through a settings file as it would run, and shows the recorder each statement and comment that has to do with the lists.
 * Other than the interpreter it looks into every branch that may run, and at comments. What names hold is left to the interpreter.
 */
export class SettingsReader {
  readonly frame: Frame;
  readonly recorder: ListRecorder;
  readonly #it: Evaluation;
  readonly #mentions: readonly PythonNode[];
  readonly #comments: readonly PythonNode[];
  /** In the body of a loop. */
  #repeated = false;
  /** The statement around was executed as a whole, with all that is in it. */
  #executed = false;

  constructor(source: PythonSource, { tracked, mentions, comments }: TrackedNames) {
    this.frame = { source, package: 'project', names: new Map([['__file__', str(source.file)]]) };
    this.#it = new Interpreter({ files: new LoadedFiles('none'), environment: new Environment('unknown'), root: '/' });
    this.recorder = new ListRecorder(this.#it, this.frame, tracked);
    this.#mentions = mentions;
    this.#comments = comments;
    this.#all(source.tree.topNode, false);
  }

  /** Runs a body, and looks at its comments on the way. */
  #all(body: PythonNode, maybe: boolean): void {
    for (let node = body.firstChild; node; node = node.nextSibling) {
      if (node.name === 'Comment') this.recorder.comment(node, { maybe, repeated: this.#repeated });
      else if (node.name !== ':') this.#statement(node, maybe);
    }
  }

  #execute(node: PythonNode, maybe: boolean): void {
    if (this.#executed) return;
    if (maybe) this.#it.inDoubt(UNDECIDED, () => this.#it.execute(node, this.frame));
    else this.#it.execute(node, this.frame);
  }

  #statement(node: PythonNode, maybe: boolean): void {
    if (within(this.#mentions, node).length === 0 && within(this.#comments, node).length === 0)
      return this.#execute(node, maybe);
    switch (node.name) {
      case 'StatementGroup':
        return this.#all(node, maybe);
      case 'IfStatement':
        return this.#if(node, maybe);
      case 'WithStatement':
        if (!this.#it.text(node, this.frame).includes('suppress')) return this.#bodies(node, maybe);
        this.#execute(node, maybe);
        return this.#inside({ executed: true }, () => this.#bodies(node, true));
      case 'TryStatement':
        return this.#try(node, maybe);
      case 'MatchStatement':
        this.#execute(node, maybe);
        return this.#inside({ executed: true }, () => {
          for (const clause of children(node).flatMap(children)) this.#bodies(clause, true);
        });
      case 'ForStatement':
      case 'WhileStatement':
        this.#execute(node, maybe);
        return this.#inside({ executed: true, repeated: true }, () =>
          this.recorder.inLoop(() => this.#bodies(node, true)),
        );
      default:
        this.recorder.statement(node, { maybe, repeated: this.#repeated });
        return this.#execute(node, maybe);
    }
  }

  /** Branches that surely run or surely don't are told apart where the condition is known. */
  #if(node: PythonNode, maybe: boolean): void {
    const nodes = children(node);
    let doubt = maybe;
    let ended = false;
    for (let i = 0; i < nodes.length; i++) {
      const keyword = nodes[i]?.name;
      const test = keyword === 'else' ? undefined : nodes[i + 1];
      const body = keyword === 'else' ? nodes[i + 1] : nodes[i + 2];
      if ((keyword !== 'if' && keyword !== 'elif' && keyword !== 'else') || body?.name !== 'Body') continue;
      const known: boolean | undefined = ended
        ? false
        : test === undefined
          ? true
          : truth(this.#it.evaluate(test, this.frame));
      if (known === false) this.#skip(body);
      else {
        doubt ||= known === undefined;
        this.#all(body, doubt);
        ended = known === true;
      }
    }
  }

  #skip(body: PythonNode): void {
    for (const { from } of within(this.#mentions, body)) this.recorder.handled.add(from);
  }

  #try(node: PythonNode, maybe: boolean): void {
    let keyword = '';
    for (const child of children(node)) {
      if (child.name === 'Body') this.#all(child, maybe || keyword === 'except');
      else if (/^(?:try|except|else|finally)$/.test(child.name)) keyword = child.name;
    }
  }

  #bodies(node: PythonNode, maybe: boolean): void {
    for (const child of statementsOf(node)) if (child.name === 'Body') this.#all(child, maybe);
  }

  #inside({ executed = false, repeated = false }: { executed?: boolean; repeated?: boolean }, body: () => void): void {
    const before = { repeated: this.#repeated, executed: this.#executed };
    this.#repeated ||= repeated;
    this.#executed ||= executed;
    body();
    this.#repeated = before.repeated;
    this.#executed = before.executed;
  }
}

/** Those, of nodes in the order of the text, that begin in this one. */
function within(nodes: readonly PythonNode[], { from, to }: PythonNode): readonly PythonNode[] {
  const begin = (node: PythonNode): number => node.from;
  return nodes.slice(countBelow(nodes, from, begin), countBelow(nodes, to, begin));
}
