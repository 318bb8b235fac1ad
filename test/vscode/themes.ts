import type { Theme } from '../kit/vscode.ts';

/**
 * The themes in which screens are looked at, and in which axe looks at them. Those of high contrast take as long again:
 * `npm run test:matrix` has them too.
 */
export const THEMES: readonly Theme[] =
  process.env['DSM_TEST_THEMES'] === 'all' ? ['light', 'dark', 'hc-dark', 'hc-light'] : ['light', 'dark'];
