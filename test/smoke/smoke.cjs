/**
 * Runs inside an extension host in which the packed extension is installed, on a folder with a Django project whose database does not
 * answer. Closes over nothing: test/matrix/smoke.test.ts hands its source to a real VS Code as well.
 *
 * @param {typeof import('vscode')} api
 * @param {string} logs folder of VS Code's logs
 * @param {number} port on which nothing listens, as the project has it
 * @param {number} limitMs how long it may take to say so
 * @returns {Promise<string>} what was seen
 */
async function smoke(api, logs, port, limitMs = 60_000) {
  const { readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const extension = api.extensions.getExtension('django-session-monitor.django-session-monitor');
  if (extension === undefined) throw new Error('The extension is not installed.');
  await extension.activate();
  await api.commands.executeCommand('workbench.view.extension.djangoSessionMonitor');
  const offered = await api.commands.getCommands(true);
  const declared = extension.packageJSON.contributes.commands.map(({ command }) => command);
  const missing = declared.filter((command) => !offered.includes(command));
  if (missing.length > 0) throw new Error(`Commands that are declared and not there: ${missing.join(', ')}`);
  const wanted = `Nothing listens on port ${port}`;
  const deadline = Date.now() + limitMs;
  for (let seen = ''; ; seen = '') {
    for (const name of readdirSync(logs, { recursive: true }))
      if (/django-session-monitor.*\.log$/u.test(name)) seen += readFileSync(join(logs, name), 'utf8');
    if (seen.includes(wanted)) return `${declared.length} commands; ${wanted}`;
    if (Date.now() > deadline) throw new Error(`The log does not say "${wanted}" but:\n${seen}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

module.exports = { smoke };
