/** What the daemon asks of one legacy advertising set. Every call is awaited; none overlaps another. */
export interface Advertiser {
  /** Sets parameters, random address and data, then enables: ADV_NONCONN_IND on channels 37, 38 and 39. */
  start(advertising: Advertising): Promise<void>;
  /** Replaces the data while advertising goes on: the next advertising event carries it (Core Vol 4 Part E §7.8.7). */
  setData(data: Uint8Array): Promise<void>;
  /** Disables. The controller keeps parameters, address and data. */
  pause(): Promise<void>;
  /** Sets a new random address and data (the set must be paused or is paused here), then enables. */
  changeIdentity(identity: { readonly address: Uint8Array; readonly data: Uint8Array }): Promise<void>;
  /** Disables and clears the data, so that nothing of ours stays in the controller. */
  stop(): Promise<void>;
}

export interface Advertising {
  /** 20..10240 ms; below 100 ms only on controllers of version 5.0 and newer. */
  readonly intervalMs: number;
  /** Non-resolvable private address, 6 octets, most significant first as it is written; its two top bits are 0. */
  readonly address: Uint8Array;
  /** AD structures, at most 31 octets. */
  readonly data: Uint8Array;
}
