import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom: the rooms of src/ in the direction in which data flows. A room may always import itself.
 * `test/unit/lint.test.ts` shows that every rule made from this table fires.
 */
export const ROOMS = {
  common: [],
  // What the rooms need of its tables, contributions.ts hands out: titles and descriptions are not shipped with the code.
  contributions: ['common'],
  postgres: ['common'],
  compose: ['common'],
  django: ['common', 'compose'],
  services: ['common', 'compose'],
  monitoring: ['common', 'postgres', 'compose', 'django', 'services'],
  history: ['common', 'postgres', 'services', 'monitoring'],
  reports: ['common', 'postgres', 'monitoring', 'history'],
  diagnosis: ['common', 'postgres', 'compose', 'django', 'services', 'monitoring', 'history', 'reports'],
  benchmark: ['common', 'postgres', 'django', 'services', 'monitoring', 'history', 'reports'],
  export: ['common', 'postgres', 'django', 'monitoring'],
  presentation: [
    'common',
    'postgres',
    'compose',
    'django',
    'services',
    'monitoring',
    'history',
    'reports',
    'diagnosis',
    'benchmark',
    'export',
    'webview',
  ],
  ui: [
    'common',
    'postgres',
    'compose',
    'django',
    'services',
    'monitoring',
    'history',
    'reports',
    'diagnosis',
    'benchmark',
    'export',
    'presentation',
    'webview',
  ],
  webview: ['common'],
};

const VSCODE = {
  name: 'vscode',
  message: 'Only src/ui and src/extension.ts import vscode: hand this room what it needs by a constructor.',
};

const TIMERS = {
  name: 'node:timers/promises',
  importNames: ['setTimeout', 'setInterval'],
  message: 'Only src/common/timers.ts sets timers: it takes no delay for another one.',
};

/** What one room may not import, as options of no-restricted-imports. */
function restrictions(room, allowed) {
  const forbidden = Object.keys(ROOMS).filter((other) => other !== room && !allowed.includes(other));
  const patterns = [
    {
      regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
      message: `src/${room} imports ${allowed.length === 0 ? 'no other room' : `only ${allowed.join(', ')}`}.`,
    },
    { regex: '^(\\.\\./)+extension\\.ts$', message: 'The composition root imports the rooms, never the other way.' },
  ];
  if (room === 'ui') return { paths: [TIMERS], patterns: [...patterns, onlyProtocol] };
  if (room === 'webview') return { patterns: [...patterns, ...fromWebview] };
  return { paths: [VSCODE, TIMERS], patterns: [...patterns, onlyProtocol] };
}

/** The protocol is what the two sides share; the rest of src/webview runs in the browser only. */
const onlyProtocol = {
  regex: '^(\\.\\./)+webview/(?!protocol/)',
  message: 'Only webview/protocol is shared with the webview.',
};

const fromWebview = [
  {
    regex: '^(\\.\\./)+common/(?!(format|timers)\\.ts$)',
    allowTypeImports: true,
    message: 'The webview runs in the browser: of common it imports format.ts and timers.ts only.',
  },
  { regex: '^(vscode|pg|dotenv|ini|node:.*|@lezer/.*)$', message: 'The webview runs in the browser.' },
];

/** Statements as they are written in SQL; in capitals where the words could be a sentence for people as well. */
const SQL = [
  /\bSELECT\b[\s\S]+\bFROM\b/,
  /\b(INSERT\s+INTO|DELETE\s+FROM|TRUNCATE\s+TABLE)\b/i,
  /\bUPDATE\s+\S+\s+SET\b/,
  /^\s*TRUNCATE\s/,
  /^\s*SET\s+(LOCAL|SESSION)\s/,
  /^\s*(VACUUM|CREATE|ALTER|DROP)\s+[A-Z(]/,
];

/** "Only src/postgres and src/history/sqlite hold SQL": looks at whole strings, with what is put into templates left open. */
const noSql = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      sql: 'Only src/postgres and src/history/sqlite hold SQL; what people are told of it is exported from there as well.',
    },
  },
  create(context) {
    const check = (node, text) => {
      if (SQL.some((statement) => statement.test(text))) context.report({ node, messageId: 'sql' });
    };
    return {
      Literal: (node) => typeof node.value === 'string' && check(node, node.value),
      TemplateLiteral: (node) => check(node, node.quasis.map((part) => part.value.cooked ?? part.value.raw).join('_')),
    };
  },
};

const BARE_TIMERS = ['setTimeout', 'setInterval'];
const timerProperties = ['window', 'globalThis', 'self'].flatMap((object) =>
  BARE_TIMERS.map((property) => ({ object, property, message: TIMERS.message })),
);

const SAY = 'Say it through src/ui/common/messages.ts: VS Code makes links of commands in what a server wrote.';
const SAYS = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'];
const ASKS = ['showQuickPick', 'showInputBox', 'createInputBox', 'withProgress', 'MarkdownString'];
const WRITTEN = ['prompt', 'validationMessage', 'isTrusted', 'supportHtml', 'supportThemeIcons'];

/** Texts in which VS Code looks for links go through one module, which takes them out. */
const inertTexts = {
  'no-restricted-properties': [
    'error',
    ...timerProperties,
    ...[...SAYS, ...ASKS].map((property) => ({ property, message: SAY })),
  ],
  'no-restricted-syntax': [
    'error',
    { selector: `AssignmentExpression[left.property.name=/^(${WRITTEN.join('|')})$/]`, message: SAY },
  ],
};

/** "Only one file does this": reports where anything of these names is called, or taken to be called. */
function oneWay(names, message) {
  const report = (context, node, { name, value }) =>
    names.includes(name ?? value) && context.report({ node, messageId: 'elsewhere' });
  return {
    meta: { type: 'problem', schema: [], messages: { elsewhere: message } },
    create: (context) => ({
      'CallExpression > MemberExpression.callee': ({ property }) => report(context, property, property),
      'ObjectPattern > Property': ({ key }) => report(context, key, key),
    }),
  };
}

/** What only one file may do: it compares what it changes with what was planned, or has the types of what it calls. */
const ONE_WAY = [
  {
    name: 'edits',
    file: 'src/ui/rollback/applyChanges.ts',
    rule: oneWay(
      ['applyEdit', 'edit', 'insertSnippet'],
      'Only src/ui/rollback/applyChanges.ts changes a text: plan the change, and hand it over.',
    ),
  },
  {
    name: 'commands',
    file: 'src/ui/common/runCommand.ts',
    rule: oneWay(
      ['executeCommand'],
      'Only src/ui/common/runCommand.ts runs commands: its helpers know what each command and context key takes.',
    ),
  },
];

const NODE_TEST = ['test', 'it', 'suite', 'describe', 'before', 'after', 'beforeEach', 'afterEach'];

export default defineConfig(
  globalIgnores(['node_modules/', 'dist/', 'test-output/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: NODE_TEST }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
      // Code points are what is meant where a text is spread.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }, 'string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Empty functions are how "do nothing" is said where a callback is required.
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: false,
        console: false,
        URL: false,
        setTimeout: false,
        clearTimeout: false,
        setInterval: false,
        clearInterval: false,
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { require: false, module: false, exports: false, Buffer: false } },
  },
  ...Object.entries(ROOMS).map(([room, allowed]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', restrictions(room, allowed)] },
  })),
  {
    files: ['src/**/*.ts'],
    ignores: ['src/common/timers.ts'],
    rules: {
      'no-restricted-globals': ['error', ...BARE_TIMERS.map((name) => ({ name, message: TIMERS.message }))],
      'no-restricted-properties': ['error', ...timerProperties],
    },
  },
  {
    files: ['src/contributions.ts', 'src/core.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [VSCODE] }] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/postgres/**', 'src/history/sqlite/**'],
    plugins: { rooms: { rules: { 'no-sql': noSql } } },
    rules: { 'rooms/no-sql': 'error' },
  },
  {
    files: ['src/ui/**/*.ts', 'src/extension.ts'],
    ignores: ['src/ui/common/messages.ts'],
    rules: inertTexts,
  },
  ...ONE_WAY.map(({ name, file, rule }) => ({
    files: ['src/**/*.ts'],
    ignores: [file],
    plugins: { [name]: { rules: { 'one-way': rule } } },
    rules: { [`${name}/one-way`]: 'error' },
  })),
);
