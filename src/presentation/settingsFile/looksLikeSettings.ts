/** Folders whose Python is not the project's own. */
const FOREIGN = /[\\/](?:node_modules|site-packages|dist-packages|\.git)[\\/]/;
const SETTINGS = /[\\/](?:[^\\/]*settings[^\\/]*\.py|settings[\\/](?:[^\\/]+[\\/])*[^\\/]+\.py)$/;

/** Whether a Python file is named as settings are by custom: settings.py, settings_prod.py, settings/base.py. */
export function looksLikeSettings(path: string): boolean {
  return SETTINGS.test(path) && !FOREIGN.test(path);
}
