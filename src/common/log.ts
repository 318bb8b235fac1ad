/** What rooms that do not import `vscode` write their log to; the extension hands them its LogOutputChannel. */
export interface Log {
  trace(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
