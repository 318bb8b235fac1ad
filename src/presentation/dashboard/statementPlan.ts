/** What a plan is, for who reads it. */
export function planNote(parameters: number): string {
  const plan =
    parameters === 0
      ? 'The plan: what the server would do now.'
      : 'The generic plan: what the server would do whatever the values of $1, $2 and so on are.';
  return `${plan} Costs and rows are its estimates; nothing was executed.`;
}

/** A plan with what it belongs to, as a text to be kept or sent. */
export function planDocument(statement: string, note: string, plan: string): string {
  return `${statement.trim()}\n\n${note}\n\n${plan}\n`;
}
