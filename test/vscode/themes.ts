import { IN_MATRIX } from '../kit/inMatrix.ts';
import type { Theme } from '../kit/vscode.ts';

/**
 * The themes in which screens are looked at, and in which axe looks at them. Those of high contrast take as long again:
 * `npm run test:matrix` has them too.
 */
export const THEMES: readonly Theme[] = IN_MATRIX ? ['light', 'dark', 'hc-dark', 'hc-light'] : ['light', 'dark'];
