import { NAME } from './shapes.ts';

/**
 * Throttles that ask in one way or another whether the session holds anything before they set their entry, and some that only seem to.
 * Each is a whole module that runs: test/django/sessionsForEveryone.test.ts has Django say for whom they make a session.
 */
const whole = (body: string, more = ''): string => `import time


class ${NAME}:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = time.time()
        last = request.session.get("last_activity")
        ${body.trim().replaceAll('\n', '\n        ')}
        return self.get_response(request)
${more}`;

const SET = 'request.session["last_activity"] = now';
const DUE = 'last is None or now - last > 300';

/** Name, module, and whether it makes a session for a visitor who has none. */
export const ASKING: readonly (readonly [name: string, text: string, forEveryone: boolean])[] = [
  ['asks for nothing', whole(SET), true],
  ['asks for the time', whole(`if ${DUE}:\n    ${SET}`), true],
  [
    'sets the expiry as well',
    whole(`if ${DUE}:\n    ${SET}\n    request.session.modified = True\n    request.session.set_expiry(1209600)`),
    true,
  ],
  [
    'leaves when it is not due',
    whole(`if last is not None and now - last < 300:\n    return self.get_response(request)\n${SET}`),
    true,
  ],
  ['asks for the path', whole(`if not request.path.startswith("/static/"):\n    ${SET}`), true],
  [
    'asks whether there are sessions at all',
    whole(`if hasattr(request, "session"):\n    if ${DUE}:\n        ${SET}`),
    true,
  ],
  [
    'asks in a conditional expression',
    whole(`since = now - last if last else None\nif since is None or since > 300:\n    ${SET}`),
    true,
  ],
  [
    'in a method',
    whole(
      'self.touch(request, now, last)',
      `
    def touch(self, request, now, last):
        if ${DUE}:
            ${SET}
`,
    ),
    true,
  ],
  ['in a branch', whole(`if last is not None and now - last < 300:\n    pass\nelse:\n    ${SET}`), true],
  ['in one line', whole(`if ${DUE}: ${SET}`), true],
  ['is_empty', whole(`if not request.session.is_empty() and (${DUE}):\n    ${SET}`), false],
  ['the user', whole(`if request.user.is_authenticated:\n    if ${DUE}:\n        ${SET}`), false],
  ['the cookie', whole(`if "sessionid" in request.COOKIES:\n    ${SET}`), false],
  ['the key', whole(`if not request.session.session_key:\n    return self.get_response(request)\n${SET}`), false],
  ['the entries', whole(`if len(request.session.keys()) > 0:\n    ${SET}`), false],
  ['its own entry', whole(`if last and now - last > 300:\n    ${SET}`), false],
  [
    'its own entry, and leaves',
    whole(`if last is None:\n    return self.get_response(request)\nif now - last > 300:\n    ${SET}`),
    false,
  ],
  ['its own entry by in', whole(`if "last_activity" in request.session and now - last > 300:\n    ${SET}`), false],
  [
    'that its own entry is missing',
    whole(`if "last_activity" not in request.session or now - last > 300:\n    ${SET}`),
    true,
  ],
  [
    'in a method that says whether it is due',
    whole(
      `if self.due(request, now, last):\n    ${SET}`,
      `
    def due(self, request, now, last):
        return not request.session.is_empty() and (${DUE})
`,
    ),
    false,
  ],
  [
    'before it calls the method',
    whole(
      `if request.user.is_authenticated:\n    self.touch(request, now)`,
      `
    def touch(self, request, now):
        ${SET}
`,
    ),
    false,
  ],
];
