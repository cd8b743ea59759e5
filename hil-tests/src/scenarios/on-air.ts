import type { Heard } from '../instruments/listener.js';
import type { DaemonOnRig } from '../rigs/daemon-on-rig.js';
import type { RigSession } from '../rigs/rig.js';
import { claim } from './scenario.js';

/** Other programs may be on a real air; ours are told by their two formats. */
export function fromBeacons(heard: readonly Heard[]): readonly Heard[] {
  return heard.filter(({ data }) => data.includes('4c000215') || data.includes('16aafe30'));
}

/** Both kinds of frames are heard within so long. */
export async function bothFramesAreHeard(session: RigSession, withinMs: number): Promise<void> {
  const kinds = kindsOf(fromBeacons(await session.listen(withinMs)));
  claim(kinds === 2, `heard ${kinds} kinds of frames, expected 2`);
}

/**
 * Both frames that the daemon's keys say for the instant of each packet, from the private address of that instant, and no
 * other of their kind. An identity may end while one listens.
 */
export async function hearsExactly(session: RigSession, daemon: DaemonOnRig, forMs: number): Promise<readonly Heard[]> {
  const heard = fromBeacons(await session.listen(forMs));
  claim(heard.length > 0, 'nothing was heard');
  for (const packet of heard) isOfItsInstant(session, daemon, packet);
  claim(kindsOf(heard) === 2, 'only one of the two frames was heard');
  return heard;
}

/** A boundary of the host's clock and the packet's own way through two processes: either identity may be the right one. */
const CLOCK_GRAIN_MS = 30;

/** @throws Error when the packet is not what the daemon's keys say for its instant. */
export function isOfItsInstant({ slowdown }: RigSession, daemon: DaemonOnRig, packet: Heard): void {
  const grainMs = CLOCK_GRAIN_MS * slowdown;
  const fits = [-grainMs, grainMs].some((offMs) => {
    const { address, data } = daemon.framesAt(packet.unixMs + offMs);
    return address === packet.address && data.includes(packet.data);
  });
  const { address, data } = daemon.framesAt(packet.unixMs);
  const at = new Date(packet.unixMs).toISOString();
  claim(
    fits,
    `heard ${packet.data} from ${packet.address} at ${at}, where ${data.join(' or ')} from ${address} belongs`,
  );
}

function kindsOf(heard: readonly Heard[]): number {
  return new Set(heard.map(({ data }) => data.includes('4c000215'))).size;
}
