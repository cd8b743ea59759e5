import { CliError } from '../errors/cli-error.js';
import { type AskedHosts, askHosts } from './ask-hosts.js';
import type { Session } from './open-session.js';
import { siteOf } from './pairing/pair-beacon.js';

export interface RingAllRequest extends AskedHosts {
  readonly site: string;
  readonly isOn: boolean;
}

export interface ReachedHost {
  readonly host: string;
  readonly isDone: boolean;
  /** Why not. */
  readonly reason?: string;
}

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
  const asked = ['ring-all', request.isOn ? 'on' : 'off'];
  const reached: ReachedHost[] = [];
  await askHosts(request, asked, ({ host, failure }) => {
    const one: ReachedHost = failure === undefined ? { host, isDone: true } : { host, isDone: false, reason: failure };
    reached.push(one);
    tell(one);
  });
  return reached;
}
