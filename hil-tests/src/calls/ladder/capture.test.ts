import { describe, expect, it } from 'vitest';
import { CaptureError, decodeCapture, encodeCapture } from './capture.js';
import { redactMessage } from './redact.js';
import { begin, news, plan, result, said } from './testing/events.js';

const events = [
  begin('at-desk'),
  said(0.125, 'caller', 'proxy', 'INVITE', '1 INVITE'),
  news(40, '1001m', 'decided', { decision: { decision: 'silence', reason: 'at-own-desk' } }),
  { type: 'results', planned: plan('at-desk'), results: [result('at-desk')] } as const,
];
const [head, call, message, app, results] = encodeCapture(events).split('\n') as [
  string,
  string,
  string,
  string,
  string,
];

describe('the capture of a call', () => {
  it('is read as it was written', () => {
    expect(decodeCapture(encodeCapture(events), 'f')).toEqual(events);
  });

  it('leaves out what apps hear on the air', () => {
    expect(encodeCapture([...events, news(41, '1001m', 'heard', { desk: 'd-1', rssiDbm: -50 })])).toBe(
      encodeCapture(events),
    );
  });

  it.each([
    ['an empty file', [''], 'f:1: this is no JSON'],
    ['another file', ['{"deskbeacon":"trace","version":1}'], 'f:1: this is no capture of a call'],
    ['a later version', [head.replace('"version":1', '"version":2')], 'f:1: version 2 is not known here, only 1'],
    ['nothing after its head', [head], 'f:2: expected what was planned: {"type":"call", …}'],
    ['no call at its beginning', [head, message], 'f:2: expected what was planned: {"type":"call", …}'],
    ['a line that was cut off', [head, call, message.slice(0, 50)], 'f:3: this is no JSON'],
    ['a list', [head, call, '[]'], 'f:3: expected an object'],
    ['a number', [head, call, '', '1'], 'f:4: expected an object'],
    ['an unknown event', [head, call, '{"type":"toString"}'], 'f:3: there are no events of type "toString"'],
    ['a message without a sender', [head, call, message.replace('"from"', '"x"')], 'f:3: "from" is missing'],
    [
      'a message without a port',
      [head, call, message.replace(/"fromPort":\d+,/, '')],
      'f:3: "message.fromPort" is missing',
    ],
    [
      'a text that is none',
      [head, call, message.replace(/"text":.*$/, '"text":1}}')],
      'f:3: "message.text" is no string',
    ],
    ['news without a time', [head, call, app.replace('"unixMs"', '"x"')], 'f:3: "news.unixMs" is missing'],
    [
      'results that are none',
      [head, call, message, results.replace('"results":', '"x":')],
      'f:4: "results" is missing',
    ],
  ])('says where it is wrong: %s', (_, lines, what) => {
    expect(() => decodeCapture(lines.join('\n'), 'f')).toThrow(CaptureError);
    expect(() => decodeCapture(lines.join('\n'), 'f')).toThrow(what);
  });
});

describe('what nobody is to read later', () => {
  it('are answers to challenges, in whatever case', () => {
    const text =
      'INVITE x SIP/2.0\r\nproxy-authorization: Digest username="a", response="0f"\r\nAuthorization:Digest b\r\nTo: c\r\n\r\n';
    expect(redactMessage(text)).toBe(
      'INVITE x SIP/2.0\r\nproxy-authorization: Digest (left out)\r\nAuthorization: Digest (left out)\r\nTo: c\r\n\r\n',
    );
    const challenge = 'SIP/2.0 407 x\r\nProxy-Authenticate: Digest nonce="1"\r\n\r\n';
    expect(redactMessage(challenge)).toBe(challenge);
  });

  it('are keys of media, whose length stays, for the message says how long it is', () => {
    const line = (key: string) => `v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4\r\n`;
    expect(redactMessage(line('d0RmdmcmVCspeEc3'))).toBe(line('xxxxxxxxxxxxxxxx'));
  });

  it('is taken out of a capture', () => {
    const secret = said(1, 'caller', 'proxy', 'INVITE', '1 INVITE', {
      headers: ['Proxy-Authorization: Digest response="s3"'],
    });
    expect(encodeCapture([begin('at-desk'), secret])).not.toContain('s3');
  });
});
