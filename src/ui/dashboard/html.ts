import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';

/** Where the page finds its two files, and what it may load: nothing but them. */
export function dashboardHtml(webview: vscode.Webview, script: vscode.Uri, style: vscode.Uri): string {
  const nonce = makeNonce();
  // The toolkit tries with an empty style element what this browser knows of focus, under the nonce that it finds in `meta`.
  const styleNonce = makeNonce();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${styleNonce}'`,
    `font-src ${webview.cspSource}`,
    "img-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta property="csp-nonce" content="${styleNonce}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${webview.asWebviewUri(style).toString()}" />
    <title>Django Sessions</title>
  </head>
  <body>
    <main id="dashboard"></main>
    <script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
  </body>
</html>
`;
}

function makeNonce(): string {
  return randomBytes(24).toString('base64');
}
