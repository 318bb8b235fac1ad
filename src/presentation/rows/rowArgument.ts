import type { RowArgument } from '../../contributions.ts';

/** A tree menu hands over the element of the tree, which is the row's id. */
export function rowArgument(argument: RowArgument | string | undefined): RowArgument | undefined {
  return typeof argument === 'string' ? { rowId: argument } : argument;
}
