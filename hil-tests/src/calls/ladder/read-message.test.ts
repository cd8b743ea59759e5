import { describe, expect, it } from 'vitest';
import { bodyOf, headerOf, isEffectOf, type ReadMessage, readMessage } from './read-message.js';

const invite =
  'INVITE sip:1001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-1\r\nCall-ID: c\r\nCSeq: 2 INVITE\r\n\r\nv=0\r\n';

function message(more: Partial<ReadMessage>): ReadMessage {
  return { callId: 'c', branch: 'z9-1', toTag: 't', sequence: 2, of: 'INVITE', ...more };
}

describe('what is read of a message', () => {
  it('is its method or status, its call, its transaction and what it answers', () => {
    expect(readMessage(invite)).toEqual({
      method: 'INVITE',
      callId: 'c',
      branch: 'z9hG4bK-1',
      toTag: '',
      sequence: 2,
      of: 'INVITE',
    });
    const answer =
      'SIP/2.0 180 Ringing\r\nvia : SIP/2.0/UDP x;rport;branch=z9-2\r\ncall-id:c\r\nTo: <sip:x@y>;tag=a1\r\nCSeq:  7   BYE\r\n\r\n';
    expect(readMessage(answer)).toEqual({
      status: 180,
      callId: 'c',
      branch: 'z9-2',
      toTag: 'a1',
      sequence: 7,
      of: 'BYE',
    });
  });

  it('is nothing where it is no SIP', () => {
    for (const text of ['', '\r\n\r\n', 'GET / HTTP/1.1\r\n', 'SIP/2.0 x']) expect(readMessage(text)).toBeUndefined();
  });

  it('takes headers from the head alone, and the body from behind it', () => {
    expect(headerOf('MESSAGE x SIP/2.0\r\nTo: a\r\n\r\nReason: b\r\n', 'Reason')).toBeUndefined();
    expect(headerOf(invite, 'call-id')).toBe('c');
    expect(bodyOf(invite)).toBe('v=0\r\n');
  });
});

describe('an effect', () => {
  it('is an answer in the transaction of its request', () => {
    expect(isEffectOf(message({ status: 180 }), message({ method: 'INVITE' }))).toBe(true);
    expect(isEffectOf(message({ status: 180, branch: 'z9-2' }), message({ method: 'INVITE' }))).toBe(false);
    expect(isEffectOf(message({ status: 200, of: 'CANCEL' }), message({ method: 'INVITE' }))).toBe(false);
  });

  it('is an ACK: of a refusal in the same transaction, of an answer in one of its own', () => {
    const ack = message({ method: 'ACK', of: 'ACK' });
    const own = message({ method: 'ACK', of: 'ACK', branch: 'z9-2' });
    expect(isEffectOf(ack, message({ status: 487 }))).toBe(true);
    expect(isEffectOf(own, message({ status: 487 }))).toBe(false);
    expect(isEffectOf(own, message({ status: 200 }))).toBe(true);
    expect(isEffectOf(own, message({ status: 200, sequence: 3 }))).toBe(false);
    expect(isEffectOf(own, message({ status: 180 }))).toBe(false);
    // A desk phone refused, and its ACK went by before the mobile answered.
    expect(isEffectOf(own, message({ status: 200, toTag: 'other' }))).toBe(false);
  });
});
