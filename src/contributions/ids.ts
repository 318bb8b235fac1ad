/** What stands before every id of ours, and is the section of our settings. */
export const PREFIX = 'djangoSessionMonitor';

export const VIEWS = {
  container: PREFIX,
  sessions: `${PREFIX}.sessions`,
  panel: `${PREFIX}Panel`,
  charts: `${PREFIX}.charts`,
} as const;

/** Of the documents that a diagnosis is reported in. */
export const DIAGNOSIS_SCHEME = 'django-session-diagnosis';

/** The one command of VS Code that our texts and pages offer as a button. */
export const MANAGE_TRUST = 'workbench.trust.manage';

/** The walkthrough: within the extension, and as VS Code opens it (publisher and name as package.json has them). */
export const WALKTHROUGH = 'start';
export const WALKTHROUGH_ID = `django-session-monitor.django-session-monitor#${WALKTHROUGH}`;

/** Types of webview panels, which VS Code restores by them. */
export const PANELS = {
  dashboard: `${PREFIX}.dashboard`,
} as const;
