import { readDriver } from './bundle.js';
import { runInHermes } from './hermes.js';

/** What a phone does during one run of the app, for `app/driver.js`. Instants are those of the phone's monotonic clock. */
export interface Scenario {
  readonly startMs: number;
  readonly unixMs: number;
  readonly untilMs: number;
  readonly events: readonly { readonly atMs: number; readonly event: string; readonly news: object }[];
  readonly packets?: readonly { readonly atMs: number; readonly device?: object; readonly error?: string }[];
  readonly profile?: object;
  readonly capabilities?: object;
  /** What an earlier process left. */
  readonly saved?: Readonly<Record<string, string>>;
  readonly services?: readonly string[];
  readonly faults?: readonly ('save' | 'start-scan' | 'refuse-scan' | 'stop-scan')[];
  /** The profile goes to the core as it is. */
  readonly unchecked?: boolean;
  /** No timer of native code reaches JavaScript. */
  readonly isDeaf?: boolean;
  readonly isShadow?: boolean;
  readonly isLogged?: boolean;
  readonly screen?: 'why';
}

export interface Did {
  readonly atMs: number;
  readonly did: string;
  readonly byMs?: number;
  readonly error?: string;
  readonly services?: readonly string[] | null;
  readonly options?: object;
}

export interface Played {
  readonly log: readonly Did[];
  readonly saved: Readonly<Record<string, string>>;
  readonly isScanning: boolean;
  /** Milliseconds from before the first line of the bundle. */
  readonly ready: Readonly<Record<string, number>>;
  readonly out: {
    readonly stored: Readonly<Record<string, string>>;
    readonly seen?: readonly { readonly isOn: boolean; readonly texts: readonly string[]; readonly stored: object }[];
  };
}

/** Runs the app `times` over, each in an engine of its own. */
export async function play(bundle: string, scenario: Scenario, times = 1): Promise<readonly Played[]> {
  const before = `globalThis.scenario = ${JSON.stringify(scenario)};\n${await readDriver()}`;
  const printed = await runInHermes(`${before}\n${bundle}\nglobalThis.world.play();\n`, times);
  return printed.map((text) => JSON.parse(text) as Played);
}
