import type { Heard } from '../instruments/listener.js';
import type { RigSession } from '../rigs/rig.js';
import { claim } from './scenario.js';

/** Other programs may be on a real air; ours are told by their two formats. */
export function fromBeacons(heard: readonly Heard[]): readonly Heard[] {
  return heard.filter(({ data }) => data.includes('4c000215') || data.includes('16aafe30'));
}

/** Both frames of one beacon, and nothing else of that kind, are heard within so long. */
export async function bothFramesAreHeard(session: RigSession, withinMs: number): Promise<void> {
  const frames = new Set(fromBeacons(await session.listen(withinMs)).map(({ data }) => data));
  claim(frames.size === 2, `heard ${frames.size} different frames, expected 2`);
}
