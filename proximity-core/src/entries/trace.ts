export type { CallEvent, HostCapabilities } from '../call/events.js';
export type { Site, TraceSite } from '../decision/site.js';
export { decodeProfile, type ProfileResult } from '../profile/decode-profile.js';
export { decodeTraceLine, type TraceHeader, type TraceLine, type TraceLineResult } from '../trace/decode-trace.js';
export { explain } from '../trace/explain.js';
export type { Heard, HeardBeacon } from '../trace/heard.js';
export { encodeTraceEvent, encodeTraceHeader, type RecordHeader } from '../trace/record.js';
export {
  createReplay,
  finishReplay,
  type Replay,
  type ReplayedCall,
  type ReplayOptions,
  type ReplayStep,
  replayLine,
} from '../trace/replay.js';
