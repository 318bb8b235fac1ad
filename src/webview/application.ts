import { h } from './dom.ts';
import type { ToDashboard } from './protocol.ts';
import { button } from './toolkit.ts';

/** Into the section of the application: its figures, or what to add to the project so that there are some. */
export function showApplication(
  into: HTMLElement,
  { title, text, steps, last, figures }: Extract<ToDashboard, { type: 'application' }>,
  onCopy: (text: string) => void,
): void {
  into.replaceChildren(
    h('h3', {}, title),
    ...(text === '' ? [] : [h('p', {}, text)]),
    ...(figures.length === 0
      ? []
      : [
          h(
            'dl',
            { class: 'figures' },
            ...figures.map((figure) =>
              h('div', { title: figure.what }, h('dt', {}, figure.label), h('dd', {}, figure.text)),
            ),
          ),
        ]),
    ...(steps.length === 0
      ? []
      : [
          h(
            'ol',
            { class: 'steps' },
            ...steps.map(({ what, code }) =>
              h(
                'li',
                {},
                h('p', {}, what),
                h(
                  'div',
                  { class: 'code' },
                  h('pre', { tabindex: '0', 'aria-label': 'Lines to add' }, code),
                  button('Copy', () => onCopy(code), { hint: `Copy: ${what}` }).element,
                ),
              ),
            ),
          ),
        ]),
    ...(last === '' ? [] : [h('p', {}, last)]),
  );
}
