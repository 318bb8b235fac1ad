import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';

/** The one place that knows the toolkit: everything else of the dashboard asks for controls here. */

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

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
  const element = document.createElement('vscode-button');
  element.textContent = label;
  element.setAttribute('appearance', primary ? 'primary' : 'secondary');
  if (hint !== undefined) element.title = hint;
  element.addEventListener('click', onClick);
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
    element,
    setDisabled: (disabled) => {
      element.toggleAttribute('disabled', disabled);
    },
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

export interface Switch extends Control {
  setChecked(checked: boolean): void;
}

export function checkbox(label: string, onChange: (checked: boolean) => void): Switch {
  const element = document.createElement('vscode-checkbox') as HTMLElement & { checked: boolean };
  element.textContent = label;
  element.addEventListener('change', () => onChange(element.checked));
  return {
    element,
    setDisabled: (disabled) => {
      element.toggleAttribute('disabled', disabled);
    },
    setChecked: (checked) => {
      element.checked = checked;
    },
  };
}
