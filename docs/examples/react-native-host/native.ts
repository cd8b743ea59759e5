import { NativeEventEmitter, NativeModules } from 'react-native';

/**
 * What the host needs of native code. JavaScript timers do not run in the background of either platform, and JavaScript itself may
 * be gone: so native code keeps the clock, the ring and the last word. It takes the push and calls `ringBy` for itself before
 * it starts JavaScript; whatever fails afterwards, the phone rings.
 */
export interface NativeCalls {
  /** Milliseconds that never run back and go on while the phone sleeps: `SystemClock.elapsedRealtime()`, `mach_continuous_time()`. */
  monotonicMs(): number;
  /** Milliseconds since 1970. */
  unixMs(): number;
  /** Sends `deskbeacon-wake` at an instant of `monotonicMs`; the newest instant of a call counts. */
  wakeAt(call: string, atMs: number): void;
  /** Rings at that instant by itself, whether JavaScript runs or not, unless it is told otherwise before; the newest word counts. */
  ringBy(call: string, atMs: number): void;
  /** Rings now, as for any call, and needs no more words. A phone that rings already goes on. */
  ring(call: string): void;
  /** Stays quiet until it is told otherwise: the profile, or the platform, knows no ring after a silence. */
  stayQuiet(call: string): void;
  /** Ends this phone's leg as answered elsewhere, without declining the call for others. */
  endElsewhere(call: string): void;
  /** The call is over for this phone: no ring and no wake any more, and what was saved is deleted. */
  over(call: string): void;
  /** Keeps a text for the time of the call, in a file of the app's own that no backup takes. */
  save(call: string, text: string): void;
  /** Calls that are not over and what was saved of them, `null` for nothing, after the process was started anew. */
  unfinished(): readonly { readonly call: string; readonly text: string | null }[];
}

/** What native code tells. `atMs` is the instant of the push. */
export interface NativeEvents {
  'deskbeacon-call': IncomingCall;
  'deskbeacon-wake': { readonly call: string };
  'deskbeacon-told': { readonly call: string } & News;
  'deskbeacon-answered': { readonly call: string; readonly by: 'this-phone' | 'desk' | 'elsewhere' };
  'deskbeacon-ended': { readonly call: string };
  'deskbeacon-audio': { readonly route: 'phone' | 'watch' | 'car' | 'headset' };
}

/** What is known of a call; `deskPhone` comes from the telephone system and is `unknown` where it says nothing. */
export interface News {
  readonly deskPhone?: 'alerting' | 'not-alerting' | 'unknown';
  readonly emergency?: boolean;
}

export interface IncomingCall extends News {
  readonly call: string;
  readonly atMs: number;
}

export type Listen = <E extends keyof NativeEvents>(event: E, listener: (news: NativeEvents[E]) => void) => () => void;

/** The app's own native module; `android/DeskbeaconCallsModule.kt` is one for Android. */
export function nativeCalls(): { readonly native: NativeCalls; readonly listen: Listen } {
  const module = NativeModules.DeskbeaconCalls;
  const emitter = new NativeEventEmitter(module);
  return {
    native: module,
    listen(event, listener) {
      const subscription = emitter.addListener(event, listener);
      return () => subscription.remove();
    },
  };
}
