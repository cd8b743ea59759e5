import type { BeaconError } from '../errors.js';

/**
 * One controller, whatever carries it: a kernel socket, a serial port, a stream socket, a recording.
 *
 * Packets are H4 packets: the type octet first (0x01 command, 0x02 ACL, 0x04 event), then the packet as in the Core
 * specification, Vol 4 Part E §5.4. Several readers may listen, as several raw HCI sockets may on a kernel adapter:
 * bleno, noble, the advertiser and a capture share one link.
 */
export interface HciLink {
  /** The radio string it was opened with, without secrets, fit for a log. */
  readonly address: string;
  /** Queues one whole H4 packet. Never throws: after the link closed, packets are dropped. */
  send(packet: Uint8Array): void;
  /**
   * Hears every packet the controller sent, in order.
   * `atMs` is the instant of reception in milliseconds on `performance.now()`'s clock, taken once for all listeners.
   * @returns a function that ends the listening.
   */
  onPacket(listener: (packet: Uint8Array, atMs: number) => void): () => void;
  /** Hears every packet that was written to the controller, at the instant it was written. */
  onSent(listener: (packet: Uint8Array, atMs: number) => void): () => void;
  /** Called after the controller was reset behind the readers' backs: masks, address, data and scanning are gone. */
  onReset(listener: () => void): () => void;
  /** Called once, when the link ends: with the error that ended it, or without one after `close()`. */
  onClosed(listener: (error: BeaconError | undefined) => void): () => void;
  /** Whether the controller answers: a kernel adapter that is down, or a link in resynchronisation, is not up. */
  isUp(): boolean;
  close(): Promise<void>;
}
