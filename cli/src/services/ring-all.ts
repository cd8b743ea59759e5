import { spawn } from 'node:child_process';
import { CliError } from '../errors/cli-error.js';
import type { Session } from './open-session.js';
import { siteOf } from './pairing/pair-beacon.js';

export interface RingAllRequest {
  readonly site: string;
  readonly isOn: boolean;
  /** Machines with a daemon, as ssh takes them. */
  readonly hosts: readonly string[];
  /** What reaches a machine: `ssh -o BatchMode=yes`. */
  readonly shell: readonly string[];
  /** The daemon's configuration over there. */
  readonly config: string;
  readonly signal: AbortSignal;
}

export interface ReachedHost {
  readonly host: string;
  readonly isDone: boolean;
  /** Why not. */
  readonly reason?: string;
}

const HOST_LIMIT_MS = 30_000;
const AT_ONCE = 8;
const MOST_OUTPUT_LETTERS = 4096;

/**
 * The administrator's switch: every daemon that is reached takes the frame off the air that silences phones, and every profile
 * exported meanwhile says so. What is not reached goes on as before, and is named.
 */
export async function ringAll(
  session: Session,
  request: RingAllRequest,
  tell: (reached: ReachedHost) => void,
): Promise<readonly ReachedHost[]> {
  const site = await siteOf(session.registry);
  if (site.id !== request.site && site.name !== request.site)
    throw new CliError('not-found', `${request.site}: the site of this registry is ${site.id}`);
  await session.registry.change(session.by(`ring-all ${request.isOn ? 'on' : 'off'}`), async (changing) => {
    const now = await changing.get('sites', site.id);
    if (now !== undefined) await changing.update('sites', { ...now, isRingAll: request.isOn });
  });
  const reached: ReachedHost[] = [];
  const left = [...request.hosts];
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, left.length) }, async () => {
      for (let host = left.shift(); host !== undefined; host = left.shift()) {
        const one = await reach(host, request);
        reached.push(one);
        tell(one);
      }
    }),
  );
  return reached;
}

function reach(host: string, { isOn, shell, config, signal }: RingAllRequest): Promise<ReachedHost> {
  const [program = 'ssh', ...options] = shell;
  // A host that begins with a hyphen would be an option of ssh.
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@:[\]-]*$/.test(host))
    return Promise.resolve({ host, isDone: false, reason: 'no name of a host' });
  return new Promise((resolve) => {
    const asked = ['deskbeacond', 'ring-all', isOn ? 'on' : 'off', '--config', config];
    const child = spawn(program, [...options, host, ...asked], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
      timeout: HOST_LIMIT_MS,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_OUTPUT_LETTERS);
    });
    child.once('error', ({ message }) => resolve({ host, isDone: false, reason: message }));
    child.once('close', (code) => {
      const reason = said.trim().split('\n')[0];
      resolve(code === 0 ? { host, isDone: true } : { host, isDone: false, reason: reason || `exit code ${code}` });
    });
  });
}
