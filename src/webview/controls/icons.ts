/** Pictures of what a button does, drawn by lines in a square of 16 by 16 in the colour of the text. */
const PATHS = {
  earlier: 'M10 3 5 8l5 5',
  later: 'm6 3 5 5-5 5',
  zoomIn: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8L14 14M7 5v4M5 7h4',
  zoomOut: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8L14 14M5 7h4',
  table: 'M2.5 3.5h11v9h-11zm0 3h11m0 3h-11m4-6v9',
  copy: 'M5.5 5.5h8v8h-8zm5 0v-3h-8v8h3',
  picture: 'M2.5 3.5h11v9h-11zm0 7.5L6 7.5l3 3 2-2 2.5 2.5M10.5 6h.01',
  compare: 'M3 5.5h9M9.5 3 12 5.5 9.5 8m3.5 2.5H4M6.5 8 4 10.5 6.5 13',
  report: 'M4 2.5h5.5l3 3v8H4zM9.5 2.5v3h3M6 8.5h4.5M6 11h4.5',
  save: 'M8 2.5v7m-3-3 3 3 3-3m-8 6.5h10',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5m0 1.5h.01',
} as const;

export type IconName = keyof typeof PATHS;

const NAMESPACE = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** What it shows has to be said by the name of its button. */
export function icon(name: IconName): SVGElement {
  const element = svg('svg', { class: 'icon', viewBox: '0 0 16 16', width: '16', height: '16', 'aria-hidden': 'true' });
  element.append(svg('path', { d: PATHS[name] }));
  return element;
}
