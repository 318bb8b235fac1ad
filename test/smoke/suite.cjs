const { smoke } = require('./smoke.cjs');

/** What `@vscode/test-electron` runs in the extension host. */
exports.run = async () => {
  console.log(await smoke(require('vscode'), process.env.SMOKE_LOGS, Number(process.env.SMOKE_PORT)));
};
