/** Characters of a Python file that is read; parsing and following more would hold up the editor, and no settings are as long. */
export const MAX_PYTHON = 500_000;
