import { readOpcode } from './hci-packets.js';
import { opcodes } from './opcodes.js';

/** How a controller scans (Core Vol 4 Part E §7.8.10). */
export interface ScanSettings {
  /** How long it listens on one channel, 2.5..10240 ms, at most `intervalMs`. */
  readonly windowMs: number;
  /** From one beginning to the next, 2.5..10240 ms. */
  readonly intervalMs: number;
  /** Whether it asks for scan responses; without this, as noble does. */
  readonly isActive?: boolean;
}

const unitMs = 0.625;

/**
 * @returns a function that replaces type, interval and window in LE Set Scan Parameters and passes everything else.
 * @throws RangeError when a setting is out of range.
 */
export function rewriteScanParameters({
  windowMs,
  intervalMs,
  isActive,
}: ScanSettings): (packet: Uint8Array) => Uint8Array {
  const interval = toUnits('intervalMs', intervalMs);
  const window = toUnits('windowMs', windowMs);
  if (window > interval) throw new RangeError(`windowMs: at most intervalMs ${intervalMs}, got ${windowMs}`);
  return (packet) => {
    if (readOpcode(packet) !== opcodes.leSetScanParameters || packet.length < 9) return packet;
    const rewritten = Uint8Array.from(packet);
    const view = new DataView(rewritten.buffer, rewritten.byteOffset, rewritten.byteLength);
    if (isActive !== undefined) view.setUint8(4, isActive ? 1 : 0);
    view.setUint16(5, interval, true);
    view.setUint16(7, window, true);
    return rewritten;
  };
}

function toUnits(label: string, ms: number): number {
  const units = Math.round(ms / unitMs);
  if (!(units >= 0x0004 && units <= 0x4000)) throw new RangeError(`${label}: 2.5 to 10240 ms, got ${ms}`);
  return units;
}
