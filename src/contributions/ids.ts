/** What stands before every id of ours, and is the section of our settings. */
export const PREFIX = 'djangoSessionMonitor';

export const VIEWS = {
  container: PREFIX,
  sessions: `${PREFIX}.sessions`,
  panel: `${PREFIX}Panel`,
  charts: `${PREFIX}.charts`,
} as const;

/** Types of webview panels, which VS Code restores by them. */
export const PANELS = {
  dashboard: `${PREFIX}.dashboard`,
} as const;
