import { describe, expect, it } from 'vitest';
import { answerTo } from './session-description.js';

const session = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n';
const plain = 'm=audio 41000 RTP/AVP 8 0 101\r\na=rtpmap:0 PCMU/8000\r\n';
const crypto = 'a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj\r\n';
const secure = `m=audio 41000 RTP/SAVP 0\r\na=crypto:1 AEAD_AES_256_GCM inline:x\r\n${crypto}`;
const video = 'm=video 41002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n';

describe('an answer to an offer of sound', () => {
  it('takes what it knows, and refuses the rest in its place', () => {
    const answer = answerTo(session + video + plain);
    expect(answer.split('\r\n').filter((line) => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 96',
      'm=audio 40000 RTP/AVP 0',
    ]);
    expect(answer).not.toContain('crypto');
    expect(answer.endsWith('\r\n')).toBe(true);
  });

  it('answers SRTP with SRTP: the tag it knows, and a key of its own each time', () => {
    const lines = [answerTo(session + secure), answerTo(session + secure)].map(
      (answer) => /^a=crypto:.*$/m.exec(answer)?.[0] ?? '',
    );
    expect(lines[0]).toMatch(/^a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}$/);
    expect(lines[0]).not.toBe(lines[1]);
    expect(answerTo(session + secure)).toContain('m=audio 40000 RTP/SAVP 0');
  });

  it('takes the first sound of two, as the caller prefers', () => {
    expect(answerTo(session + secure + plain)).toContain('m=audio 40000 RTP/SAVP 0\r\n');
    expect(answerTo(session + secure + plain)).toContain('m=audio 0 RTP/AVP 8 0 101\r\n');
  });

  it.each([
    ['nothing', ''],
    ['no sound', session + video],
    ['a sound that is switched off', `${session}m=audio 0 RTP/AVP 0\r\n`],
    ['SRTP without a suite it knows', `${session}m=audio 41000 RTP/SAVP 0\r\na=crypto:1 AEAD_AES_256_GCM inline:x\r\n`],
  ])('is refused for %s', (_what, offer) => {
    expect(() => answerTo(offer)).toThrow();
  });
});
