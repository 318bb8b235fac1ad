const INVISIBLE = '\u2060';

/**
 * The text with every link taken out of it, unchanged to the eye. VS Code makes links of `[label](command:…)`, `(file:…)` and
 * `(https://…)` in notifications, their progress and the prompts and complaints of input boxes, and runs the command at one click,
 * whoever wrote the text: a trigger of the database, a line of a log, a setting of the repository. What it looks for is a bracket
 * and a parenthesis side by side; a word joiner (U+2060), which has no width and breaks no line, keeps them apart.
 *
 * @see https://github.com/microsoft/vscode/blob/main/src/vs/base/common/linkedText.ts
 */
export function inertText(text: string): string {
  return text.replaceAll('](', `]${INVISIBLE}(`);
}

/** The text with every icon taken out of it in the same way: choices and lenses draw one for `$(name)`, whoever wrote it. */
export function inertIcons(text: string): string {
  return text.replaceAll('$(', `$${INVISIBLE}(`);
}
