import * as vscode from 'vscode';
import type { RowBadge } from '../../presentation/rows/row.ts';

const SCHEME = 'django-session-badge';

/** VS Code draws a number beside a row of a tree where it decorates the row's resource: one that says itself what to draw. */
export function badgeUri(rowId: string, badge: RowBadge): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${rowId}`, query: JSON.stringify(badge) });
}

export function registerRowBadges(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, query }) => {
      if (scheme !== SCHEME) return undefined;
      const { count, color, tooltip } = JSON.parse(query) as RowBadge;
      // There is room for two characters.
      return new vscode.FileDecoration(count > 99 ? '∞' : String(count), tooltip, new vscode.ThemeColor(color));
    },
  });
}
