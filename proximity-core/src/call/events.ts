/** What may happen during one call, and what the reducer may ask of its host. The names are those of the trace format. */

/** How a scan was running: the platform's name for its duty. */
export type ScanMode = 'low-latency' | 'balanced' | 'low-power' | 'foreground' | 'background' | 'ranging';

/** Why a platform does not scan. `too-frequent`: Android lets an app start five scans in 30 s. */
export type ScanFailure = 'too-frequent' | 'bluetooth-off' | 'unauthorized' | 'unsupported' | 'internal';

/** Where the user hears a call. All but the phone itself ring. */
export type AudioRoute = 'phone' | 'watch' | 'car' | 'headset';

/** Who took a call: this phone, the desk phone, or somebody else. */
export type AnsweredBy = 'this-phone' | 'desk' | 'elsewhere';

/** When something happened. */
export interface Timed {
  /** Milliseconds on a monotonic clock, may be fractional; a step back is taken as the newest time seen. */
  readonly t: number;
}

/** What a host tells the reducer, in the order in which it happened; a line of a trace each (docs/trace-format.md). */
export type CallEvent = Timed &
  (
    | {
        /** Given again, it says what has become known of the same call since: only what rings is looked at then. */
        readonly event: 'call';
        /** 0..60000 ms from this event to the last moment of deciding; 1500 when absent. */
        readonly deadlineMs?: number;
        /** Whether the desk phone is known to alert for this very call; `alerting` when absent. */
        readonly deskPhone?: 'alerting' | 'not-alerting' | 'unknown';
        readonly emergency?: boolean;
      }
    | {
        readonly event: 'scan-started';
        readonly mode?: ScanMode;
        readonly windowMs?: number;
        readonly intervalMs?: number;
      }
    | { readonly event: 'scan-stopped'; readonly mode?: ScanMode }
    | { readonly event: 'scan-failed'; readonly reason: ScanFailure }
    | {
        readonly event: 'advertisement';
        readonly address: string;
        /** As the receiver reported it, sentinels included: the core judges them. */
        readonly rssiDbm: number;
        /** AD structures as heard, lower-case hexadecimal. */
        readonly data: string;
      }
    | {
        readonly event: 'sighting';
        /** Whose beacon; `null` when it is the site's but not known whose. */
        readonly desk: string | null;
        readonly rssiDbm: number;
        readonly frame?: string;
        readonly ageMs?: number;
        readonly authenticated?: boolean;
      }
    | { readonly event: 'ranging'; readonly desk: string; readonly rssiDbm: number; readonly count?: number }
    | { readonly event: 'region'; readonly change: 'entered' | 'exited' }
    /** Before `call` too: the newest route counts. */
    | { readonly event: 'audio-route'; readonly route: AudioRoute }
    | { readonly event: 'answered' | 'call-ended'; readonly by?: AnsweredBy }
    | { readonly event: 'tick' }
    | { readonly event: 'end' }
  );

/** What the host's platform lets it do. Absent is false, but for the two that every softphone host of ours has. */
export interface HostCapabilities {
  /** The host can keep quiet while the call is being decided; true when absent. */
  readonly canHoldRing?: boolean;
  /** The host can start ringing seconds after it stayed quiet; true when absent. */
  readonly canRingLate?: boolean;
  /** The platform rings as soon as the call arrives (PushKit with CallKit). */
  readonly mustReportAtOnce?: boolean;
  /** The host can end its own leg as answered elsewhere, without a decline. */
  readonly canEndElsewhere?: boolean;
  /** The host may go on scanning while it is silent. */
  readonly canWatch?: boolean;
  /**
   * A ranging cycle of the own desk counts as a packet in a slot of its own, beside frames that prove the desk: for a phone
   * woken in background, which is told of one EID and no more. It never proves anything itself.
   */
  readonly countsRangingCycles?: boolean;
  /**
   * The platform keeps iBeacon-format and Eddystone frames from the app (Android with `neverForLocation`), so that it hears
   * own desks alone, by Deskbeacon-EID. That no other desk is heard then says nothing; otherwise it speaks for the own one.
   */
  readonly hearsOwnDesksOnly?: boolean;
}

/** Intents, in the order in which the host carries them out. */
export type CallAction =
  | { readonly action: 'hold-ring' }
  | { readonly action: 'start-scan'; readonly mode: ScanMode }
  | { readonly action: 'stop-scan' }
  | { readonly action: 'ring'; readonly reason: string }
  | { readonly action: 'silence'; readonly reason: string; readonly ringAfterMs: number }
  | { readonly action: 'end-elsewhere'; readonly reason: string };
