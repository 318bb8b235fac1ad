import type { SeriesSpec } from '../protocol/protocol.ts';
import { blended, visible } from './contrast.ts';

/** The colours of the theme as the canvas needs them: canvases do not know CSS variables. */
export interface Colors {
  readonly series: readonly string[];
  readonly limits: readonly string[];
  readonly foreground: string;
  readonly background: string;
  readonly grid: string;
  readonly alert: string;
  readonly mark: string;
  /** Of areas and bands, 0 to 1. */
  readonly fill: number;
  readonly font: string;
}

/** High contrast themes have no orange. */
const SERIES = [['blue'], ['green'], ['orange', 'yellow'], ['purple'], ['red']] as const;
/** Of bounds, how much of the foreground is in each, 0 to 1. */
const LIMITS = [1, 0.65] as const;

export function readColors(): Colors {
  const style = getComputedStyle(document.body);
  const read = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? style.color;
  const [background, foreground] = [read('editor-background'), read('foreground')];
  const contrast = document.body.classList.contains('vscode-high-contrast');
  return {
    series: SERIES.map((names) => visible(read(...names.map((name) => `charts-${name}`)), background, foreground)),
    limits: LIMITS.map((share) => visible(blended(foreground, background, share), background, foreground)),
    foreground,
    background,
    grid: `color-mix(in srgb, ${foreground} ${contrast ? 45 : 14}%, transparent)`,
    alert: read('errorForeground', 'charts-red'),
    mark: read('textLink-foreground'),
    fill: contrast ? 0.3 : 0.18,
    font: `${read('font-size') || '13px'} ${read('font-family')}`,
  };
}

/** The same for style sheets: --series-0, --limit-0 and so on. */
export function publishColors(root: HTMLElement, { series, limits }: Colors): void {
  series.forEach((color, i) => root.style.setProperty(`--series-${i}`, color));
  limits.forEach((color, i) => root.style.setProperty(`--limit-${i}`, color));
}

/** As it is published. */
export function colorVariable({ role, color }: SeriesSpec): string {
  return `var(--${role === 'limit' ? 'limit' : 'series'}-${color})`;
}

/** Calls back when VS Code changes the theme, which it does by the classes and variables of the page. */
export function onThemeChange(changed: () => void): void {
  let asked = false;
  const observer = new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      changed();
    });
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** The same for a metric wherever it is drawn. */
export function colorOf({ role, color }: SeriesSpec, { series, limits, foreground }: Colors): string {
  const all = role === 'limit' ? limits : series;
  return all[color % all.length] ?? foreground;
}
