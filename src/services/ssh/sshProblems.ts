import { Problem } from '../../common/problem.ts';

/** Why a tunnel did not come about, from what ssh wrote. One row each; the first that fits. */

interface Row {
  readonly code: string;
  readonly says: RegExp;
  readonly why: string;
  readonly next: (host: string) => string;
}

const inTerminal = (host: string): string => `Run "ssh ${host}" in a terminal once, then try again.`;

/** Messages of OpenSSH, which has them in English only. */
const ROWS: readonly Row[] = [
  {
    code: 'ssh-host-key',
    says: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    why: 'The key of the SSH host is not known here, or is another than the known one.',
    next: inTerminal,
  },
  {
    code: 'ssh-refused',
    says: /Permission denied|Too many authentication failures|no such identity/i,
    why: 'The SSH host does not let you in without asking for something.',
    next: (host) =>
      `Load your key into the SSH agent, and see that "ssh ${host}" gets in without a question. Nothing is asked from here.`,
  },
  {
    code: 'ssh-unreachable',
    says: /Could not resolve hostname|Connection refused|timed out|No route to host|Network is unreachable/i,
    why: 'The SSH host could not be reached.',
    next: (host) => `Check ${host} in your SSH configuration, the network and the VPN.`,
  },
  {
    code: 'ssh-forwarding',
    says: /forwarding failed|administratively prohibited|cannot listen to port/i,
    why: 'The SSH host, or this machine, does not allow the port to be forwarded.',
    next: () => 'Ask for AllowTcpForwarding on that host.',
  },
];

const MAX_WORDS = 300;

/** @param words what ssh wrote, without its debug messages */
export function sshProblem(host: string, words: string): Problem {
  const row = ROWS.find(({ says }) => says.test(words));
  const said = words.trim().split('\n').at(-1)?.slice(0, MAX_WORDS) ?? '';
  const quoted = said === '' ? '' : ` ssh says: ${said}`;
  return new Problem({
    code: row?.code ?? 'ssh-failed',
    what: `The SSH tunnel by ${host} was not opened`,
    why: `${row?.why ?? 'ssh has ended.'}${quoted}`,
    next: row?.next(host) ?? inTerminal(host),
    transient: row?.code === 'ssh-unreachable',
  });
}

export function sshTookTooLong(host: string, seconds: number): Problem {
  return new Problem({
    code: 'ssh-timeout',
    what: `The SSH tunnel by ${host} was not opened`,
    why: `ssh was not through after ${String(seconds)} s.`,
    next: inTerminal(host),
    transient: true,
  });
}

export function sshMissing(program: string): Problem {
  return new Problem({
    code: 'ssh-missing',
    what: 'The SSH tunnel was not opened',
    why: `There is no program ${program} on the PATH of VS Code.`,
    next: 'Install OpenSSH’s client, or connect without sshHost.',
    transient: false,
  });
}

export function notAnSshHost(host: string): Problem {
  return new Problem({
    code: 'ssh-host-name',
    what: 'The SSH tunnel was not opened',
    why: `${JSON.stringify(host.slice(0, 100))} is no name of an SSH host.`,
    next: 'Set sshHost of the connection to a host of your SSH configuration, or to user@host.',
    transient: false,
  });
}

export function notInWorkspace(): Problem {
  return new Problem({
    code: 'ssh-workspace',
    what: 'The SSH tunnel was not opened',
    why: 'The connection and its sshHost stand in the settings of the workspace, which does not decide where ssh goes.',
    next: 'Move the connection to your own settings.',
    transient: false,
  });
}
