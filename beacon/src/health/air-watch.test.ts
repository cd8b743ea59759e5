import { describe, expect, it } from 'vitest';
import { makeSilentLink } from '../radio/testing/silent-link.js';
import { watchAir } from './air-watch.js';

function setUp() {
  const { hub, link } = makeSilentLink();
  let nowMs = 1000;
  const watch = watchAir(link, () => nowMs);
  return {
    watch,
    hub,
    pass: (ms: number) => {
      nowMs += ms;
    },
    send: (hex: string) => hub.emitSent(Uint8Array.from(Buffer.from(hex, 'hex')), nowMs),
    hear: (hex: string) => hub.emitPacket(Uint8Array.from(Buffer.from(hex, 'hex')), nowMs),
  };
}
/** LE Set Advertising Enable, and its answer with a status. */
const enable = '010a200101';
const disable = '010a200100';
const answered = (status: string): string => `040e04010a20${status}`;
/** LE Connection Complete on handle 0x0040, as peripheral or central; and its end. */
const connected = (role: string): string => `043e1301004000${role}00665544332211060000002a0000`;
const disconnected = '040504 00 4000 13'.replaceAll(' ', '');

describe('what the controller has confirmed', () => {
  it('is nothing before its first answer, also when it was asked', () => {
    const { watch, send } = setUp();
    send(enable);
    expect(watch.snapshot()).toEqual({ enables: 0, disallowedCommands: 0, resets: 0 });
  });

  it('is on and off as it answers, with the time since', () => {
    const { watch, send, hear, pass } = setUp();
    send(enable);
    hear(answered('00'));
    pass(250);
    expect(watch.snapshot()).toMatchObject({ isEnabled: true, enabledAgoMs: 250, enables: 1 });
    send(disable);
    hear(answered('00'));
    pass(40);
    expect(watch.snapshot()).toMatchObject({ isEnabled: false, enabledAgoMs: 290, disabledAgoMs: 40, enables: 1 });
    send(enable);
    hear(answered('00'));
    expect(watch.snapshot()).toMatchObject({ isEnabled: true, enabledAgoMs: 0, enables: 2 });
    expect(watch.snapshot()).not.toHaveProperty('disabledAgoMs');
  });

  it('takes Command Disallowed for "so already" and counts it, and believes no other refusal', () => {
    const { watch, send, hear } = setUp();
    send(enable);
    hear(answered('0c'));
    expect(watch.snapshot()).toMatchObject({ isEnabled: true, disallowedCommands: 1 });
    send(disable);
    hear(answered('1f'));
    expect(watch.snapshot()).toMatchObject({ isEnabled: true, disallowedCommands: 1 });
    // Read BD_ADDR refused by Command Status.
    hear('040f040c010910');
    expect(watch.snapshot()).toMatchObject({ isEnabled: true, disallowedCommands: 2 });
  });

  it.each(['01', '0a'])('is off while a central is connected (subevent %s), for as long as it is', (subevent) => {
    const { watch, send, hear, pass } = setUp();
    send(enable);
    hear(answered('00'));
    hear(connected('01').replace('043e1301', `043e13${subevent}`));
    pass(12_000);
    expect(watch.snapshot()).toMatchObject({ isEnabled: false, centralForMs: 12_000 });
    hear('040504004100 13'.replace(' ', ''));
    expect(watch.snapshot()).toMatchObject({ centralForMs: 12_000 });
    hear(disconnected);
    expect(watch.snapshot()).not.toHaveProperty('centralForMs');
  });

  it('knows no central where this side is one, or the connection failed', () => {
    const { watch, hear } = setUp();
    hear(connected('00'));
    hear(connected('01').replace('043e130100', '043e13013e'));
    expect(watch.snapshot()).not.toHaveProperty('centralForMs');
  });

  it('is off after a reset of either kind, and counts it', () => {
    const { watch, send, hear, hub } = setUp();
    send(enable);
    hear(answered('00'));
    hear(connected('01'));
    hear('040e0401030c00');
    expect(watch.snapshot()).toMatchObject({ isEnabled: false, resets: 1 });
    expect(watch.snapshot()).not.toHaveProperty('centralForMs');
    send(enable);
    hear(answered('00'));
    hub.emitReset();
    expect(watch.snapshot()).toMatchObject({ isEnabled: false, resets: 2 });
  });

  it('holds against packets that are cut anywhere, and against answers nobody asked for', () => {
    const { watch, hear } = setUp();
    for (const whole of [answered('00'), connected('01'), disconnected, '040f040c010910'])
      for (let end = 0; end < whole.length; end += 2) hear(whole.slice(0, end));
    hear(answered('00'));
    expect(watch.snapshot()).not.toHaveProperty('isEnabled');
  });

  it('hears nothing more once it is stopped', () => {
    const { watch, send, hear } = setUp();
    watch.stop();
    send(enable);
    hear(answered('00'));
    expect(watch.snapshot().enables).toBe(0);
  });
});
