/** Settings files in every shape that people write MIDDLEWARE in, made by combining pieces; deterministic. */

export const THROTTLE = 'nba.middleware.ThrottledSessionMiddleware';

export interface SettingsCase {
  readonly name: string;
  readonly text: string;
  /** The list begins in another file. */
  readonly split?: true;
}

const S = 'django.contrib.sessions.middleware.SessionMiddleware';
const C = 'django.middleware.common.CommonMiddleware';

/** The throttle's path as an expression of Python. */
const WRITINGS: readonly (readonly [string, string])[] = [
  ['single', `'${THROTTLE}'`],
  ['double', `"${THROTTLE}"`],
  ['raw', `r'${THROTTLE}'`],
  ['unicode', `u"${THROTTLE}"`],
  ['triple', `'''${THROTTLE}'''`],
  ['tripleDouble', `"""${THROTTLE}"""`],
  ['joined', `'nba.middleware.' 'ThrottledSessionMiddleware'`],
  ['joinedLines', `'nba.middleware.'\n        "ThrottledSessionMiddleware"`],
  ['inParentheses', `('nba.middleware.'\n     # the class\n\n     'ThrottledSessionMiddleware')`],
  ['added', `'nba.middleware' + '.ThrottledSessionMiddleware'`],
  ['formatted', `f'nba.{"middleware"}.ThrottledSessionMiddleware'`],
  ['byName', 'THROTTLE'],
  ['escaped', `'nba.middleware\\x2eThrottledSessionMiddleware'`],
  ['continued', `'nba.middleware.\\\nThrottledSessionMiddleware'`],
];

/** A list in which the throttle stands; `T` is its expression. */
const LISTS: readonly (readonly [string, (t: string) => string])[] = [
  ['lines', (t) => `[\n    '${S}',\n    ${t},\n    '${C}',\n]`],
  ['linesNoTrailingComma', (t) => `[\n    '${S}',\n    ${t}\n]`],
  [
    'linesComments',
    (t) =>
      `[  # all\n    '${S}',  # first\n    # throttle\n    ${t},  # saves \u00e9 once\n    # last\n    '${C}',\n]  # end`,
  ],
  ['oneLine', (t) => `['${S}', ${t}, '${C}']`],
  ['oneLineFirst', (t) => `[${t}, '${S}']`],
  ['oneLineLast', (t) => `['${S}', ${t}]`],
  ['oneLineLastComma', (t) => `['${S}',${t},]`],
  ['alone', (t) => `[${t}]`],
  ['tupleLines', (t) => `(\n    '${S}',\n    ${t},\n    '${C}',\n)`],
  ['tupleOneLine', (t) => `('${S}', ${t}, '${C}')`],
  ['tupleFirstOfTwo', (t) => `(${t}, '${S}')`],
  ['tupleFirstOfTwoComma', (t) => `(${t}, '${S}',)`],
  ['tupleFirstBeforeStar', (t) => `(${t}, *('${S}', '${C}'))`],
  ['tupleAlone', (t) => `(${t},)`],
  ['tabs', (t) => `[\n\t'${S}',\n\t${t},\t# tab\n\t'${C}'\n\t]`],
  ['leadingCommas', (t) => `[\n    '${S}'\n    , ${t}\n    , '${C}'\n]`],
  ['hanging', (t) => `['${S}',\n              ${t},\n              '${C}']`],
  ['sameLineAsNext', (t) => `[\n    '${S}',\n    ${t}, '${C}',\n]`],
  ['backslashes', (t) => `['${S}', \\\n    ${t}, \\\n    '${C}']`],
  ['parenthesized', (t) => `([\n    '${S}',\n    ${t},\n])`],
  ['listCall', (t) => `list((\n    '${S}',\n    ${t},\n))`],
  ['tupleCall', (t) => `tuple(['${S}', ${t}, '${C}'])`],
  ['sum', (t) => `['${S}'] + [${t}] + ['${C}']`],
  ['sumLines', (t) => `[\n    '${S}',\n] + [\n    ${t},\n]`],
  ['star', (t) => `[*['${S}'], ${t}, *['${C}']]`],
  ['starAround', (t) => `['${S}', *[${t}], '${C}']`],
  ['when', (t) => `['${S}', *([${t}] if FLAG else []), '${C}']`],
  ['either', (t) => `['${S}', ${t}] if FLAG else ['${S}']`],
  ['nextToDisabled', (t) => `[\n    # '${S}',\n    '${S}',\n    # '${THROTTLE}',\n    ${t},\n    #'${C}',\n]`],
];

/** Whole files, around a list. */
const FILES: readonly (readonly [string, (list: string, t: string) => string])[] = [
  ['assigned', (l) => `MIDDLEWARE = ${l}\n`],
  ['classes', (l) => `MIDDLEWARE_CLASSES = ${l}\n`],
  ['annotated', (l) => `MIDDLEWARE: object = ${l}\n`],
  ['plusAssigned', (l) => `MIDDLEWARE = ['x.Y']\nMIDDLEWARE += ${l}\n`],
  ['conditional', (l) => `MIDDLEWARE = []\nif FLAG:\n    MIDDLEWARE = ${l}\nelse:\n    OTHER = 1\n`],
  ['base', (l) => `BASE = ${l}\nMIDDLEWARE = [*BASE, 'x.Y']\n`],
  ['semicolon', (l) => `A = 1; MIDDLEWARE = ${l}; B = 2\n`],
  ['match', (l) => `match FLAG:\n    case 1:\n        MIDDLEWARE = ${l}\n`],
  ['try', (l) => `try:\n    MIDDLEWARE = ${l}\nfinally:\n    DONE = True\n`],
];

/** Statements that add the throttle to a list that is there. */
const STATEMENTS: readonly (readonly [string, (t: string) => string])[] = [
  ['append', (t) => `MIDDLEWARE.append(${t})\n`],
  ['appendComment', (t) => `MIDDLEWARE.append(${t})  # throttle\nAFTER = 1\n`],
  ['insert', (t) => `MIDDLEWARE.insert(1, ${t})\n`],
  ['insertLines', (t) => `MIDDLEWARE.insert(\n    1,\n    ${t},\n)\n`],
  ['insertIndex', (t) => `MIDDLEWARE.insert(MIDDLEWARE.index('${S}') + 1, ${t})\n`],
  ['extend', (t) => `MIDDLEWARE.extend([${t}])\n`],
  ['extendTwo', (t) => `MIDDLEWARE.extend(['x.Y', ${t}])\n`],
  ['plus', (t) => `MIDDLEWARE += [${t}]\n`],
  ['plusTuple', (t) => `MIDDLEWARE += (${t},)\n`],
  ['plusLines', (t) => `MIDDLEWARE += [\n    ${t},\n]\n`],
  ['sumSelf', (t) => `MIDDLEWARE = MIDDLEWARE + [${t}]\n`],
  ['sumSelfBefore', (t) => `MIDDLEWARE = ['x.Y', ${t}] + MIDDLEWARE\n`],
  ['spreadSelf', (t) => `MIDDLEWARE = [*MIDDLEWARE, ${t}]\n`],
  ['slices', (t) => `MIDDLEWARE = MIDDLEWARE[:1] + [${t}] + MIDDLEWARE[1:]\n`],
  ['sliceSet', (t) => `MIDDLEWARE[1:1] = [${t}]\n`],
  ['whenSet', (t) => `if FLAG:\n    MIDDLEWARE.append(${t})\n`],
  ['whenSetTwo', (t) => `if FLAG:\n    # throttle\n    MIDDLEWARE.append(${t})\n    OTHER = 1\n`],
  ['whenLine', (t) => `if FLAG: MIDDLEWARE.append(${t})\n`],
  ['whenPlusElse', (t) => `if not FLAG:\n    OTHER = 2\nelse:\n    MIDDLEWARE += [${t}]\n`],
  [
    'nested',
    (t) =>
      `if FLAG:\n    if A:\n\tB = 3\n    else:\n        pass\n    with open(__import__('os').devnull) as f:\n        MIDDLEWARE.insert(0, ${t})\n`.replace(
        '\n\tB',
        '\n        B',
      ),
  ],
  ['afterSemicolon', (t) => `A = 4; MIDDLEWARE.append(${t})\n`],
  ['unlessThere', (t) => `if (${t}) not in MIDDLEWARE:\n    MIDDLEWARE.append(${t})\n`],
];

/** What else the file says; SESSION_SAVE_EVERY_REQUEST in all its places. */
const CONTEXTS: readonly (readonly [string, (body: string) => string])[] = [
  ['bare', (b) => b],
  ['false', (b) => `SESSION_SAVE_EVERY_REQUEST = False\n${b}SESSION_COOKIE_AGE = 1209600\n`],
  [
    'falseComment',
    (b) => `${b}SESSION_COOKIE_AGE = 60 * 60\nSESSION_SAVE_EVERY_REQUEST = False  # the middleware does it\nX = 1\n`,
  ],
  ['true', (b) => `SESSION_SAVE_EVERY_REQUEST = True\n${b}`],
  ['computed', (b) => `${b}import os\nSESSION_SAVE_EVERY_REQUEST = os.environ.get("NO_SUCH_VAR", '') == 'yes]"'\n`],
  ['linesFalse', (b) => `SESSION_SAVE_EVERY_REQUEST = (\n    False  # so far\n)\n${b}`],
  ['whenFalse', (b) => `if FLAG:\n    SESSION_SAVE_EVERY_REQUEST = False\n${b}`],
  ['twice', (b) => `SESSION_SAVE_EVERY_REQUEST = False\n${b}if FLAG: SESSION_SAVE_EVERY_REQUEST = False\n`],
  [
    'sessions',
    (b) => `SESSION_ENGINE = 'django.contrib.sessions.backends.db'\n${b}SESSION_COOKIE_NAME = 'a'  # name\n\n# end`,
  ],
  ['noNewline', (b) => b.replace(/\n$/, '')],
  ['crlf', (b) => `# \u00fc \u{1f40e}\nSESSION_SAVE_EVERY_REQUEST = False\n${b}`.replaceAll('\n', '\r\n')],
  ['bom', (b) => `\uFEFF${b}`],
  [
    'docstring',
    (b) =>
      `"""Settings.\n\nMIDDLEWARE = ['${THROTTLE}']\nSESSION_SAVE_EVERY_REQUEST = False\n"""\nNOTE = '''\n# [session-monitor: off] x\n'''\n${b}`,
  ],
];

const HEAD = `import os\nFLAG = 1\nif os.environ.get('HOME_OF_NOBODY') is None:\n    A = 1\nTHROTTLE = '${THROTTLE}'\n`;

/** Every third combination or so: all lists × all files × all ways to write the entry × all contexts would be 40,000. */
export function combinations(): SettingsCase[] {
  const cases: SettingsCase[] = [];
  const pick = <T>(all: readonly T[], i: number): T => all[i % all.length] as T;
  let n = 0;
  for (const [listName, list] of LISTS) {
    for (const [fileName, file] of FILES) {
      for (let i = 0; i < 2; i++, n++) {
        const [writingName, t] = pick(WRITINGS, n);
        const [contextName, context] = pick(CONTEXTS, n * 3 + i);
        const name = `${listName} ${fileName} ${writingName} ${contextName}`;
        cases.push({ name, text: withHead(context, file(list(t), t)) });
      }
    }
  }
  const start = `MIDDLEWARE = [\n    '${S}',\n    '${C}',\n]\n`;
  for (const [statementName, statement] of STATEMENTS) {
    for (let i = 0; i < 4; i++, n++) {
      const [writingName, t] = pick(WRITINGS, n);
      const [contextName, context] = pick(CONTEXTS, n * 3 + i);
      const name = `${statementName} ${writingName} ${contextName}`;
      cases.push({ name, text: withHead(context, `${start}${statement(t)}`) });
    }
  }
  for (const [statementName, statement] of STATEMENTS) {
    // Without knowing the list there are no parts of it.
    if (statementName === 'slices') continue;
    for (const more of ['', `MIDDLEWARE += ['x.Y']\n`]) {
      const [writingName, t] = pick(WRITINGS, n++);
      const name = `${statementName} ${writingName} split ${more.length}`;
      cases.push({ name, text: `from base_settings import *\n${HEAD}${statement(t)}${more}`, split: true });
    }
  }
  return cases;
}

function withHead(context: (body: string) => string, body: string): string {
  const text = context(body);
  if (text.startsWith('\uFEFF')) return `\uFEFF${HEAD}${text.slice(1)}`;
  return `${text.includes('\r\n') ? HEAD.replaceAll('\n', '\r\n') : HEAD}${text}`;
}
