/**
 * Cuts a byte stream into H4 packets (Bluetooth Core Vol 4 Part A §2; the table of headers is in `hci-packets.ts`).
 *
 * H4 has no checksum and no frame marks: one lost octet shifts everything after it. Part A §4 names the cure: the host
 * resets the controller and drops all octets until the Command Complete of that reset.
 */
export type H4Direction = 'from-controller' | 'from-host';

export type H4Item =
  | { readonly kind: 'packet'; readonly packet: Uint8Array }
  | { readonly kind: 'garbage'; readonly reason: string };

export interface H4Framer {
  /** @returns the packets the chunk completed, in order, and at most one `garbage` each time synchronisation is lost. */
  push(chunk: Uint8Array): H4Item[];
  /** Forgets what is buffered and drops octets until the reset pattern: from-controller its Command Complete, from-host the command. */
  resync(): void;
  /** Whether a packet has begun and is not complete. */
  isMidPacket(): boolean;
  isResyncing(): boolean;
}

export interface H4FramerOptions {
  readonly direction: H4Direction;
  /** A longer packet counts as lost synchronisation. LE data packets carry at most 251 octets, BR/EDR 1021. */
  readonly maxPacketOctets?: number;
}

/** Header octets after the type, and which of them hold the payload's length. */
const headers: Record<number, { readonly octets: number; readonly length: (header: Uint8Array) => number }> = {
  1: { octets: 3, length: (header) => header[2] ?? 0 },
  2: { octets: 4, length: (header) => (header[2] ?? 0) | ((header[3] ?? 0) << 8) },
  3: { octets: 3, length: (header) => header[2] ?? 0 },
  4: { octets: 2, length: (header) => header[1] ?? 0 },
  5: { octets: 4, length: (header) => (header[2] ?? 0) | (((header[3] ?? 0) & 0x3f) << 8) },
};

const typesFrom: Record<H4Direction, readonly number[]> = {
  'from-controller': [0x02, 0x03, 0x04, 0x05],
  'from-host': [0x01, 0x02, 0x03, 0x05],
};

/** `undefined` matches any octet: Num_HCI_Command_Packets may have any value. */
const resetPatterns: Record<H4Direction, readonly (number | undefined)[]> = {
  'from-controller': [0x04, 0x0e, 0x04, undefined, 0x03, 0x0c, 0x00],
  'from-host': [0x01, 0x03, 0x0c, 0x00],
};

/**
 * Makes a framer for one direction of one link. It keeps at most one packet.
 * @throws RangeError when `maxPacketOctets` is not 260..65540 (an event may have 258 octets).
 */
export function createH4Framer({ direction, maxPacketOctets = 2048 }: H4FramerOptions): H4Framer {
  if (!(maxPacketOctets >= 260 && maxPacketOctets <= 65540)) {
    throw new RangeError(`maxPacketOctets: 260 to 65540, got ${maxPacketOctets}`);
  }
  let rest: Uint8Array = new Uint8Array(0);
  let resyncing = false;

  /** @returns the next item, or undefined when more octets are needed. */
  function takePacket(): H4Item | undefined {
    const type = rest[0];
    if (type === undefined) return undefined;
    const header = headers[type];
    if (header === undefined || !typesFrom[direction].includes(type)) return lose(`0x${hex(type)} begins no packet`);
    if (rest.length < 1 + header.octets) return undefined;
    const octets = 1 + header.octets + header.length(rest.subarray(1));
    if (octets > maxPacketOctets) return lose(`a packet of ${octets} octets`);
    if (rest.length < octets) return undefined;
    const packet = rest.slice(0, octets);
    rest = rest.subarray(octets);
    return { kind: 'packet', packet };
  }

  function lose(reason: string): H4Item {
    resyncing = true;
    return { kind: 'garbage', reason };
  }

  /** Drops octets up to the pattern, or all but a beginning of it. */
  function findPattern(): boolean {
    const pattern = resetPatterns[direction];
    for (let start = 0; start < rest.length; start++) {
      const window = rest.subarray(start, start + pattern.length);
      if (!window.every((octet, index) => pattern[index] === undefined || pattern[index] === octet)) continue;
      rest = rest.subarray(start);
      return window.length === pattern.length;
    }
    rest = new Uint8Array(0);
    return false;
  }

  return {
    push(chunk) {
      // A view that is no Buffer, for Buffer's slice does not copy.
      rest = join(rest, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      const items: H4Item[] = [];
      for (;;) {
        if (resyncing) {
          if (!findPattern()) break;
          resyncing = false;
        }
        const item = takePacket();
        if (item === undefined) break;
        items.push(item);
      }
      rest = rest.slice();
      return items;
    },
    resync() {
      rest = new Uint8Array(0);
      resyncing = true;
    },
    isMidPacket: () => !resyncing && rest.length > 0,
    isResyncing: () => resyncing,
  };
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
