import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNoTshark } from '../../evidence/tshark.js';
import type { SeenMessage } from '../telephony/hep.js';
import { encodePcap } from './pcap.js';
import { recorded } from './testing/events.js';

const messages: readonly SeenMessage[] = recorded('at-desk').flatMap((event) =>
  event.type === 'message' ? [event.message] : [],
);

describe('calls.pcap', () => {
  it('is a capture of IPv4 packets, each with its ports, its microsecond and its message', () => {
    const text = 'OPTIONS sip:x SIP/2.0\r\nAuthorization: Digest s3\r\n\r\nü';
    const bytes = Buffer.from(encodePcap([{ unixMs: 1_795_000_000_001.25, fromPort: 5060, toPort: 40_001, text }]));
    expect([bytes.readUInt32LE(0), bytes.readUInt16LE(4), bytes.readUInt16LE(6)]).toEqual([0xa1b2c3d4, 2, 4]);
    expect(bytes.readUInt32LE(20)).toBe(101);
    expect([bytes.readUInt32LE(24), bytes.readUInt32LE(28)]).toEqual([1_795_000_000, 1250]);
    const packet = bytes.subarray(40);
    expect([bytes.readUInt32LE(32), bytes.readUInt32LE(36)]).toEqual([packet.length, packet.length]);
    expect([packet[0], packet[9], packet.readUInt16BE(2)]).toEqual([0x45, 17, packet.length]);
    // RFC 1071: a header with its checksum sums up to ones.
    let sum = 0;
    for (let at = 0; at < 20; at += 2) sum += packet.readUInt16BE(at);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
    expect([packet.readUInt16BE(20), packet.readUInt16BE(22), packet.readUInt16BE(24)]).toEqual([
      5060,
      40_001,
      packet.length - 20,
    ]);
    expect(packet.subarray(28).toString()).toBe('OPTIONS sip:x SIP/2.0\r\nAuthorization: Digest (left out)\r\n\r\nü');
  });

  it('is cut where a message is longer than a packet can be', () => {
    const bytes = Buffer.from(encodePcap([{ unixMs: 0, fromPort: 1, toPort: 2, text: 'x'.repeat(70_000) }]));
    expect(bytes.readUInt32LE(32)).toBe(65_535);
    expect(bytes.length).toBe(40 + 65_535);
  });

  it.skipIf(whyNoTshark() !== undefined)('is read by tshark as the SIP that it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deskbeacon-pcap-'));
    try {
      const file = join(folder, 'calls.pcap');
      writeFileSync(file, encodePcap(messages));
      const wanted = ['-T', 'fields', '-e', 'udp.srcport', '-e', 'sip.Method', '-e', 'sip.Status-Code'];
      const out = execFileSync('tshark', ['-r', file, ...wanted], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const read = out
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd());
      const own = messages.map(({ fromPort, text }) => {
        const [first = '', second = ''] = text.split(' ');
        return first === 'SIP/2.0' ? `${fromPort}\t\t${second}` : `${fromPort}\t${first}`;
      });
      expect(read).toEqual(own);
      const bad = execFileSync('tshark', ['-r', file, '-Y', '!sip || _ws.malformed'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(bad).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
