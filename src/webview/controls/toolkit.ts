import { provideVSCodeDesignSystem, vsCodeButton, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';
import { icon, type IconName } from './icons.ts';

/** The one place that knows the toolkit: everything else of the dashboard asks for controls here. */

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());

export interface Control {
  readonly element: HTMLElement;
  setDisabled(disabled: boolean): void;
}

/** @param hint what it does, where the label alone does not say it; shown as a hover and told to screen readers */
export function button(
  label: string,
  onClick: () => void,
  { hint, primary = false }: { readonly hint?: string; readonly primary?: boolean } = {},
): Control {
  return madeButton(onClick, { appearance: primary ? 'primary' : 'secondary', title: hint }, label);
}

/** A button that is a picture: its name is shown as a hover and told to screen readers. `hint`: what there is to know besides. */
export function iconButton(name: string, picture: IconName, onClick: () => void, hint?: string): Control {
  const title = hint === undefined ? name : `${name}: ${hint}`;
  return madeButton(onClick, { appearance: 'icon', 'aria-label': name, title }, icon(picture));
}

function madeButton(
  onClick: () => void,
  attributes: Readonly<Record<string, string | undefined>>,
  content: string | Node,
): Control {
  const element = document.createElement('vscode-button');
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(content);
  element.addEventListener('click', onClick);
  return disabling(element);
}

function disabling(element: HTMLElement): Control {
  return {
    element,
    setDisabled: (disabled) => {
      element.toggleAttribute('disabled', disabled);
    },
  };
}

export interface Dropdown extends Control {
  setValue(value: string): void;
  setOptions(options: readonly { readonly value: string; readonly label: string }[]): void;
}

export function dropdown(label: string, onChange: (value: string) => void): Dropdown {
  const element = document.createElement('vscode-dropdown') as HTMLElement & { value: string };
  element.setAttribute('aria-label', label);
  element.addEventListener('change', () => onChange(element.value));
  return {
    ...disabling(element),
    setValue: (value) => {
      element.value = value;
    },
    setOptions: (options) => {
      element.replaceChildren(
        ...options.map((option) => {
          const made = document.createElement('vscode-option');
          made.setAttribute('value', option.value);
          made.textContent = option.label;
          return made;
        }),
      );
    },
  };
}
