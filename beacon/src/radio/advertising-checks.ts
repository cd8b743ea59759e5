/** What every advertiser asks of its arguments, before a command is sent. */

/** Legacy PDUs carry no more (Core Vol 6 Part B §2.3.1). */
export const HIGHEST_DATA_OCTETS = 31;

export function checkInterval(intervalMs: number): number {
  if (!(intervalMs >= 20 && intervalMs <= 10240)) throw new RangeError(`intervalMs: 20 to 10240 ms, got ${intervalMs}`);
  return intervalMs;
}

/** A copy, so that a caller who re-uses its array does not change what waits for its turn. */
export function checkAddress(address: Uint8Array): Uint8Array {
  const isNonResolvable = address.length === 6 && ((address[0] ?? 0xff) & 0xc0) === 0;
  const ones = address.reduce((sum, octet) => sum + (octet.toString(2).match(/1/g)?.length ?? 0), 0);
  // Core Vol 6 Part B §1.3.2.2: the random part has at least one 1 and one 0.
  if (!isNonResolvable || ones === 0 || ones === 46) {
    throw new RangeError(
      'address: a non-resolvable private address, 6 octets, its top bits 00, neither all 0 nor all 1',
    );
  }
  return Uint8Array.from(address);
}

export function checkData(data: Uint8Array): Uint8Array {
  if (data.length > HIGHEST_DATA_OCTETS)
    throw new RangeError(`data: at most ${HIGHEST_DATA_OCTETS} octets, got ${data.length}`);
  return Uint8Array.from(data);
}
