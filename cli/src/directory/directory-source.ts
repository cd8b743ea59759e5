/** What rings for an extension, as far as a directory knows. */
export type DeviceKind = 'desk' | 'soft' | 'unknown';

export interface DirectoryDevice {
  readonly id: string;
  readonly kind: DeviceKind;
  /** Twelve hexadecimal digits with colons, lower case. */
  readonly mac?: string;
  readonly model?: string;
  readonly registered?: boolean;
}

export interface DirectoryLocation {
  readonly building?: string;
  readonly floor?: string;
  readonly room?: string;
  readonly emergencyAddressId?: string;
}

/** One extension as its source tells it. No field ever holds a secret. */
export interface DirectoryEntry {
  /** Which source told it, the `id` of that source. */
  readonly source: string;
  /** Names the entry within its source and outlives a change of its extension, where the source has such a name. */
  readonly key: string;
  /** A string, never a number: `007` and `7` are two extensions. */
  readonly extension: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly site?: string;
  readonly location?: DirectoryLocation;
  readonly devices: readonly DirectoryDevice[];
  /** Changes when the entry changed at its source; absent where the source has no such mark. */
  readonly etag?: string;
}

/** Something in a listing that is not as it should be, and what was done about it. */
export interface DirectoryFinding {
  /**
   * `refused`: the entry is left out. `neutralised`: the entry stands, the value was changed or left out.
   * `incomplete`: entries exist that were not listed.
   */
  readonly effect: 'refused' | 'neutralised' | 'incomplete';
  /** Line of a file, counted from 1. */
  readonly line?: number;
  /** The entry, where there are no lines. */
  readonly key?: string;
  /** Column of a file, attribute or field. */
  readonly column: string;
  readonly expected: string;
  readonly got: string;
}

export interface DirectoryPage {
  readonly entries: readonly DirectoryEntry[];
  readonly findings: readonly DirectoryFinding[];
  /** Where to go on after this page; absent on the last page. */
  readonly cursor?: string;
}

export interface ListOptions {
  readonly cursor?: string;
  readonly signal: AbortSignal;
}

/** One telephone or number that rings for an extension. */
export interface AnsweringLeg {
  /** Device or number as the source writes it. */
  readonly target: string;
  readonly kind: DeviceKind | 'external';
  /** Seconds after the call arrived. */
  readonly delayS: number;
  /** The person who answers must press a key before the call is theirs. */
  readonly confirm: boolean;
  readonly registered?: boolean;
}

/** What the telephone system does with a call to an extension at this moment. */
export interface Answering {
  readonly extension: string;
  /** Name of the rule in force; absent where the source has none. */
  readonly rule?: string;
  readonly legs: readonly AnsweringLeg[];
  /** Seconds until the telephone system gives up and forwards. */
  readonly ringsForS?: number;
  readonly doNotDisturb: boolean;
  /** Where every call goes instead of ringing. */
  readonly forwardsAllTo?: readonly string[];
}

/** Where extensions come from. Read-only: nothing here writes to a telephone system. */
export interface DirectorySource {
  readonly id: string;
  /**
   * Lists the directory page by page; a cursor of an earlier listing goes on after that page.
   * @throws CliError with a code that begins with `directory-`, or `no-input`.
   */
  list(options: ListOptions): AsyncIterable<DirectoryPage>;
  /**
   * @returns what rings for an extension, or undefined where the source knows no such extension.
   * @throws CliError with a code that begins with `directory-`.
   */
  answering?(extension: string, signal: AbortSignal): Promise<Answering | undefined>;
}
