import type { ChartSpec } from '../protocol/protocol.ts';
import { visible } from './contrast.ts';

/** The colours of the theme as the canvas needs them: canvases do not know CSS variables. */
export interface Colors {
  readonly series: readonly string[];
  readonly limit: string;
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
const SERIES = [['blue'], ['orange', 'yellow'], ['green'], ['purple'], ['red']] as const;

/** Told apart by their dashes too, not by colour alone. In CSS pixels. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4]];

export function readColors(): Colors {
  const style = getComputedStyle(document.body);
  const read = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? style.color;
  const [background, foreground] = [read('editor-background'), read('foreground')];
  const contrast = document.body.classList.contains('vscode-high-contrast');
  return {
    series: SERIES.map((names) => visible(read(...names.map((name) => `charts-${name}`)), background, foreground)),
    limit: foreground,
    foreground,
    background,
    grid: `color-mix(in srgb, ${foreground} ${contrast ? 45 : 14}%, transparent)`,
    alert: read('errorForeground', 'charts-red'),
    mark: read('textLink-foreground'),
    fill: contrast ? 0.3 : 0.18,
    font: `${read('font-size') || '13px'} ${read('font-family')}`,
  };
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

/** Of a curve of a chart: those of a limit are all alike. */
export function colorOf({ series: all }: ChartSpec, { series, limit }: Colors, i: number): string {
  return all[i]?.role === 'limit' ? limit : (series[i % series.length] ?? limit);
}
