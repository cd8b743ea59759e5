import type { News } from '../apps.js';
import type { LaneState, Tone } from './row.js';

/** What an app does, for its lane: words where there is something to say, and what it is at from then on. */
export interface ExplainedNews {
  readonly means?: string;
  readonly tone: Tone;
  readonly state?: LaneState;
}

/** @returns nothing for what a ladder does not show. */
export function explainNews({ news, reason, deskPhone, because }: News): ExplainedNews | undefined {
  switch (news) {
    case 'woken':
    case 'registered':
      return { tone: 'plain', state: 'awake' };
    case 'asleep':
      return { tone: 'plain', state: 'asleep' };
    case 'told':
      return deskPhone === 'unknown' ? { means: 'not told of the desk phone', tone: 'plain' } : undefined;
    case 'scan-started':
      return { means: 'scans', tone: 'scan', state: 'scanning' };
    case 'scan-stopped':
      return { means: 'its scan is off again', tone: 'scan' };
    // What was decided is told with what it does, and why.
    case 'silence':
      return { means: `stays quiet: ${reason ?? '?'}`, tone: 'quiet', state: 'quiet' };
    case 'ring':
      return { means: `rings: ${reason ?? '?'}`, tone: 'ring', state: 'ringing' };
    case 'ended-here':
      return { means: 'ended here, others ring on', tone: 'end', state: 'awake' };
    case 'end-elsewhere':
      return { means: `ends its leg: ${reason ?? '?'}`, tone: 'end', state: 'awake' };
    case 'over':
      return { tone: 'end', state: 'awake' };
    case 'failed':
      return { means: `failed: ${because ?? '?'}`, tone: 'end' };
    default:
      return undefined;
  }
}
