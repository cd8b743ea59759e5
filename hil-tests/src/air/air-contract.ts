/** What the core of the virtual air offers, and what it is given: `air.ts` keeps this contract. */
import type { Advertisement, AirReport } from './advertisement.js';
import type { Pose } from './channel-parameters.js';
import type { LinkLayer } from './link-layer.js';
import type { Point, Wall } from './plan.js';
import type { ScanTiming } from './scan-window.js';

export interface TransmitterOptions {
  readonly id: string;
  /** 20 000..10 240 000 µs. */
  readonly intervalUs: number;
  /** Time to the first event; a keyed part of one interval where absent. */
  readonly firstEventAfterUs?: number | undefined;
  readonly powerAt1mDbm?: number | undefined;
  /** Asked at the beginning of every event; `undefined` lets the event go by in silence. */
  readonly advertisementAt: (atUs: number) => Advertisement | undefined;
}

export interface ReceiverOptions {
  readonly id: string;
  /** The phone model's offset in dB; drawn from the seed where absent. */
  readonly receiverOffsetDb?: number | undefined;
  /** Takes the place of what the host asks for. */
  readonly scanOverride?: ScanTiming | undefined;
  readonly onReport: (report: AirReport) => void;
}

/** Where something lies or is carried, and since which laying-down. */
export interface Placement extends Point {
  readonly id: string;
  readonly pose?: Pose | undefined;
  /** Name of the laying-down, e.g. of the call: the frozen parts of the channel are keyed by it. */
  readonly placement?: string | undefined;
}

export interface Air {
  nowUs(): number;
  /** The next instant at which anything happens, if anything ever will. */
  nextEventUs(): number | undefined;
  /** Lets everything happen up to and including an instant. @throws {RangeError} for an instant in the past. */
  advanceTo(atUs: number): void;
  place(placement: Placement): void;
  setWalls(walls: readonly Wall[]): void;
  /** @throws {RangeError} if the name is taken, the interval out of range, or there are too many. */
  addTransmitter(options: TransmitterOptions): void;
  removeTransmitter(id: string): void;
  addReceiver(options: ReceiverOptions): void;
  removeReceiver(id: string): void;
  /** Replaces the scan timing a receiver is held to; `undefined` lets its host decide again. */
  overrideScan(id: string, timing: ScanTiming | undefined): void;
  startScan(id: string, scan: ScanTiming & { readonly isActive: boolean }): void;
  stopScan(id: string): void;
  /** Whether anyone listens, or a link has something under way: if not, events may be computed late without harm. */
  isAnyoneWaiting(): boolean;
  /** What is connected with what. */
  readonly links: LinkLayer;
}

export const airLimits = { transmitters: 2048, receivers: 64, walls: 1024, queue: 65_536, names: 16_384 } as const;
