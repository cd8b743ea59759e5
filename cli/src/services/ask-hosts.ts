import { spawn } from 'node:child_process';

/** Machines with a daemon, and how they are reached. */
export interface AskedHosts {
  /** As ssh takes them. */
  readonly hosts: readonly string[];
  /** What reaches a machine: `ssh -o BatchMode=yes`. */
  readonly shell: readonly string[];
  /** The daemon's configuration over there. */
  readonly config: string;
  readonly signal: AbortSignal;
}

/** What one machine said; `failure` is why it said nothing. */
export interface HostAnswer {
  readonly host: string;
  readonly output: string;
  readonly failure?: string;
}

const HOST_LIMIT_MS = 30_000;
const AT_ONCE = 8;
const MOST_ERROR_LETTERS = 4096;
const MOST_OUTPUT_LETTERS = 1 << 20;

/**
 * Asks the daemon of every machine, eight at a time; one that is not reached does not keep the others waiting.
 * @param asked of `deskbeacond`: command and options, without `--config`.
 * @param tell hears of each machine as soon as it has answered or has not.
 */
export async function askHosts(
  request: AskedHosts,
  asked: readonly string[],
  tell: (answer: HostAnswer) => void,
): Promise<void> {
  const left = [...request.hosts];
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, left.length) }, async () => {
      for (let host = left.shift(); host !== undefined; host = left.shift()) tell(await ask(host, asked, request));
    }),
  );
}

function ask(host: string, asked: readonly string[], { shell, config, signal }: AskedHosts): Promise<HostAnswer> {
  const [program = 'ssh', ...options] = shell;
  // A host that begins with a hyphen would be an option of ssh.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@:[\]-]*$/.test(host))
    return Promise.resolve({ host, output: '', failure: 'no name of a host' });
  return new Promise((resolve) => {
    const child = spawn(program, [...options, host, 'deskbeacond', ...asked, '--config', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      timeout: HOST_LIMIT_MS,
    });
    let output = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, MOST_OUTPUT_LETTERS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_ERROR_LETTERS);
    });
    child.once('error', ({ message }) => resolve({ host, output, failure: message }));
    child.once('close', (code) => {
      const reason = said.trim().split('\n')[0];
      resolve(code === 0 ? { host, output } : { host, output, failure: reason || `exit code ${code}` });
    });
  });
}
