/**
 * Takes the place of @vscode/native-watchdog, which ends the extension host when the server is gone, from a thread of its
 * own: its native part would have to be compiled. A timer does the same as long as the extension host is not stuck.
 */
exports.start = (pid) => {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 1000).unref();
};
