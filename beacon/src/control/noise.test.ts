import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initiate, respond } from './noise.js';

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');

/** cacophony's vectors, as kept in mcginty/snow, tests/vectors/cacophony.txt. */
const vector = {
  prologue: octets('4a6f686e2047616c74'),
  psk: octets('54686973206973206d7920417573747269616e20706572737065637469766521'),
  initiator: octets('893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a'),
  responder: octets('bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b'),
  handshakeHash: 'f4d03dc34495c95729ea6de9e1b59004b59733102488b3e24bc441e0be208eaf',
  handshake: [
    {
      payload: '4c756477696720766f6e204d69736573',
      message:
        'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c794479b962b8aff8485742ac32f905ba45369e2465fb59e138a93d67a0d1266b6a54',
    },
    {
      payload: '4d757272617920526f746862617264',
      message:
        '95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843d6062704d5a9c422a8e834423f8c1feada7e8d0d910a1a2cd030fb584221e3',
    },
  ],
  transport: [
    ['462e20412e20486179656b', 'e632c3763d7669067383433197a3baddf146e9e70ad4b4e9e59e0f'],
    ['4361726c204d656e676572', '64c6bee32ea91c8474bb4c21d7a700109ad45af77b29764ba5eb1e'],
    ['4a65616e2d426170746973746520536179', 'e2fa0bed0603b62d3ccac2ecabbf3fe33f3e86514909b323361626266cb2471cc8'],
    [
      '457567656e2042f6686d20766f6e2042617765726b',
      '0c01dc9cec1fe4ddd692e8dd32188aa351088dc91183639a53b57aa4692b5ebdef8b8ca111',
    ],
  ],
} as const;

const { psk, prologue } = vector;

function shakeHands(): { readonly initiator: Session; readonly responder: Session } {
  const initiation = initiate({ psk, prologue });
  const { session: responder, message } = respond({ psk, prologue }, initiation.message)?.answer() as Answer;
  return { initiator: initiation.finish(message)?.session as Session, responder };
}
type Answer = ReturnType<NonNullable<ReturnType<typeof respond>>['answer']>;
type Session = Answer['session'];

describe('the published handshake', () => {
  const initiation = initiate(
    { psk, prologue, ephemeralPrivateKey: vector.initiator },
    octets(vector.handshake[0].payload),
  );
  const response = respond({ psk, prologue, ephemeralPrivateKey: vector.responder }, initiation.message);
  const answered = response?.answer(octets(vector.handshake[1].payload)) as Answer;
  const finished = initiation.finish(answered.message);

  it('is made octet by octet', () => {
    expect(hex(initiation.message)).toBe(vector.handshake[0].message);
    expect(hex(response?.payload)).toBe(vector.handshake[0].payload);
    expect(hex(finished?.payload)).toBe(vector.handshake[1].payload);
    expect(hex(answered.message)).toBe(vector.handshake[1].message);
  });

  it('gives both sides one hash and the published transport messages', () => {
    const initiator = finished?.session as Session;
    expect(hex(initiator.handshakeHash)).toBe(vector.handshakeHash);
    expect(hex(answered.session.handshakeHash)).toBe(vector.handshakeHash);
    for (const [i, [plaintext, sealed]] of vector.transport.entries()) {
      const [from, to] = i % 2 === 0 ? [initiator, answered.session] : [answered.session, initiator];
      expect(hex(from.seal(octets(plaintext)))).toBe(sealed);
      expect(hex(to.open(octets(sealed)))).toBe(plaintext);
    }
  });
});

describe('a handshake', () => {
  it('fails at the first message for whoever holds another key, or another prologue', () => {
    const other = psk.map((octet, i) => (i === 31 ? octet ^ 1 : octet));
    expect(respond({ psk, prologue }, initiate({ psk: other, prologue }).message)).toBeUndefined();
    expect(respond({ psk, prologue }, initiate({ psk, prologue: octets('00') }).message)).toBeUndefined();
  });

  it('is refused, and never throws, with any octet changed or cut off', () => {
    const { message } = initiate({ psk, prologue });
    for (let i = 0; i < message.length; i += 1) {
      const changed = message.map((octet, at) => (at === i ? octet ^ 0x40 : octet));
      expect(respond({ psk, prologue }, changed), `octet ${i}`).toBeUndefined();
      expect(respond({ psk, prologue }, message.subarray(0, i)), `${i} octets`).toBeUndefined();
    }
  });

  it('is refused by the initiator when the answer is changed, or another answer', () => {
    const answer = (initiation: Uint8Array): Uint8Array =>
      (respond({ psk, prologue }, initiation)?.answer() as Answer).message;
    for (let i = 0; i < 48; i += 1) {
      const initiation = initiate({ psk, prologue });
      const changed = answer(initiation.message).map((octet, at) => (at === i ? octet ^ 1 : octet));
      expect(initiation.finish(changed), `octet ${i}`).toBeUndefined();
    }
    expect(initiate({ psk, prologue }).finish(answer(initiate({ psk, prologue }).message))).toBeUndefined();
  });

  it('takes no public key that gives no secret', () => {
    expect(initiate({ psk, prologue }).finish(new Uint8Array(48))).toBeUndefined();
  });

  it('does not give whoever replays the first message a session that opens anything of his', () => {
    const recorded = initiate({ psk, prologue });
    const first = respond({ psk, prologue }, recorded.message)?.answer() as Answer;
    const again = respond({ psk, prologue }, recorded.message)?.answer() as Answer;
    const sealed = recorded.finish(first.message)?.session.seal(octets('00')) as Uint8Array;
    expect(again.session.open(sealed)).toBeUndefined();
  });

  it('refuses keys of a wrong length', () => {
    expect(() => initiate({ psk: psk.subarray(1), prologue })).toThrow(RangeError);
    expect(() => initiate({ psk, prologue, ephemeralPrivateKey: psk.subarray(1) })).toThrow(RangeError);
  });
});

describe('a session', () => {
  it('carries any messages in both directions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 600 })), { maxLength: 12 }),
        (messages) => {
          const { initiator, responder } = shakeHands();
          for (const [isForward, plaintext] of messages) {
            const [from, to] = isForward ? [initiator, responder] : [responder, initiator];
            expect(hex(to.open(from.seal(plaintext)))).toBe(hex(plaintext));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(['repeated', 'out of order', 'changed', 'cut'])('opens nothing more after a message that is %s', (how) => {
    const { initiator, responder } = shakeHands();
    const [first, second, third] = [1, 2, 3].map((octet) => initiator.seal(Uint8Array.of(octet))) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    if (how === 'repeated') expect(responder.open(first)).toBeDefined();
    const bad = {
      repeated: first,
      'out of order': second,
      changed: first.map((octet, i) => (i === 3 ? octet ^ 1 : octet)),
      cut: first.subarray(1),
    }[how] as Uint8Array;
    expect(responder.open(bad)).toBeUndefined();
    for (const good of [first, second, third]) expect(responder.open(good)).toBeUndefined();
  });
});
