import { type CallEvent, encodeHex } from '@deskbeacon/proximity-core';
import { type Listener, waitToHear } from '../pairing/listener.js';
import type { PoseLabel } from './pose-label.js';
import type { Recording } from './recording.js';

/** A place of the guided walk, in the words a person is told. */
export interface GuidedPose extends Pick<PoseLabel, 'pose' | 'place' | 'carriage'> {
  readonly instruction: string;
}

/** What a person with a laptop is led through. A laptop has no pocket, so no pose pretends to be one. */
export const guidedWalk: readonly GuidedPose[] = [
  guided('desk-1', 'at-desk', 'lying', 'Sit at the desk. Put this computer where the phone usually lies.'),
  guided('desk-2', 'at-desk', 'hand', 'Stay there and hold it as you would hold the phone.'),
  guided('desk-3', 'at-desk', 'back-turned', 'Stay there and turn your back to the desk phone.'),
  guided('neighbour-1', 'earshot', 'any', 'Go to the next desk.'),
  guided('neighbour-2', 'earshot', 'any', 'Go to the desk on the other side, or stand two steps behind the chair.'),
  guided(
    'away-1',
    'out-of-earshot',
    'any',
    'Go to the nearest place where you would not hear the desk phone: behind the wall.',
  ),
  guided('away-2', 'out-of-earshot', 'any', 'Go to the next nearest such place: the corridor, the other side.'),
  guided('away-3', 'out-of-earshot', 'any', 'Go to one more, where people often stand.'),
];

/** Long enough for a decision, and for the poses of a walk to differ. */
export const POSE_MS = 3000;

/** Listens as a phone does during a call. */
export async function recordPose(
  listener: Listener,
  { instruction: _instruction, ...pose }: GuidedPose,
  context: {
    readonly desk: string;
    readonly walker: string;
    readonly floor: string;
    readonly nowUnixMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Recording> {
  const { nowUnixMs, signal, ...where } = context;
  const startedMs = performance.now();
  const events: CallEvent[] = [{ t: 0, event: 'scan-started', mode: 'low-latency' }];
  await waitToHear(
    listener,
    ({ data, rssiDbm, atMs }) => {
      const t = Math.max(0, atMs - startedMs);
      events.push({ t, event: 'advertisement', address: '', rssiDbm, data: encodeHex(data) });
      return undefined;
    },
    { forMs: POSE_MS, signal },
  );
  events.push({ t: performance.now() - startedMs, event: 'end' });
  const label: PoseLabel = { ...pose, ...where, phone: 'laptop', receiver: 'laptop' };
  return { source: `pose ${pose.pose}`, label, wallClockMs: nowUnixMs, events };
}

function guided(pose: string, place: GuidedPose['place'], carriage: string, instruction: string): GuidedPose {
  return { pose, place, carriage, instruction };
}
