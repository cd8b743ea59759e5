import type { BeaconError } from '../errors.js';
import type { BtsnoopDirection } from './btsnoop.js';

type PacketListener = (packet: Uint8Array, atMs: number) => void;
type ClosedListener = (error: BeaconError | undefined) => void;

/** Sees every packet of a link in both directions, those of its opening included. */
export type LinkTap = (direction: BtsnoopDirection, packet: Uint8Array, atMs: number) => void;

/** The listeners of one link: the half of `HciLink` that is the same whatever carries the packets. */
export class LinkHub {
  readonly #packets = new Set<PacketListener>();
  readonly #sent = new Set<PacketListener>();
  readonly #resets = new Set<() => void>();
  readonly #closings = new Set<ClosedListener>();
  #end: { readonly error: BeaconError | undefined } | undefined;

  onPacket(listener: PacketListener): () => void {
    return add(this.#packets, listener);
  }

  onSent(listener: PacketListener): () => void {
    return add(this.#sent, listener);
  }

  onReset(listener: () => void): () => void {
    return add(this.#resets, listener);
  }

  /** A listener that comes after the end hears of it all the same, once the caller has finished its turn. */
  onClosed(listener: ClosedListener): () => void {
    const end = this.#end;
    if (end !== undefined) {
      let isWanted = true;
      queueMicrotask(() => isWanted && listener(end.error));
      return () => {
        isWanted = false;
      };
    }
    return add(this.#closings, listener);
  }

  get isClosed(): boolean {
    return this.#end !== undefined;
  }

  emitPacket(packet: Uint8Array, atMs: number): void {
    for (const listener of [...this.#packets]) listener(packet, atMs);
  }

  emitSent(packet: Uint8Array, atMs: number): void {
    for (const listener of [...this.#sent]) listener(packet, atMs);
  }

  emitReset(): void {
    for (const listener of [...this.#resets]) listener();
  }

  /** Ends the hub: the closing is told once and nothing is told after it. */
  emitClosed(error: BeaconError | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    const closings = [...this.#closings];
    for (const set of [this.#packets, this.#sent, this.#resets, this.#closings]) set.clear();
    for (const listener of closings) listener(error);
  }
}

/** Wraps each listening, so that the same function may listen twice and each end ends its own. */
function add<Arguments extends unknown[]>(
  set: Set<(...values: Arguments) => void>,
  listener: (...values: Arguments) => void,
): () => void {
  const own = (...values: Arguments): void => listener(...values);
  set.add(own);
  return () => {
    set.delete(own);
  };
}
