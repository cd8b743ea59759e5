import { describe, expect, test } from 'vitest';
import { BeaconError } from '../errors.js';
import { parseRadioAddress } from './radio-address.js';

describe('a radio string', () => {
  test.each([
    ['hci:0', { kind: 'kernel', deviceId: 0, channel: 'raw' }],
    ['hci:12?channel=user', { kind: 'kernel', deviceId: 12, channel: 'user' }],
    ['hci:aa:BB:0c:dd:ee:ff', { kind: 'adapter', publicAddress: 'AA:BB:0C:DD:EE:FF', channel: 'raw' }],
    ['h4:/dev/ttyACM0', { kind: 'serial', path: '/dev/ttyACM0', baud: 1000000, hasFlowControl: true }],
    [
      'h4:/dev/ttyUSB0?baud=115200&rtscts=0',
      { kind: 'serial', path: '/dev/ttyUSB0', baud: 115200, hasFlowControl: false },
    ],
    ['h4:unix:/run/air/desk-1.sock', { kind: 'unix', path: '/run/air/desk-1.sock' }],
    ['h4:unix:relative.sock', { kind: 'unix', path: 'relative.sock' }],
    ['h4:tcp:127.0.0.1:9000', { kind: 'tcp', host: '127.0.0.1', port: 9000 }],
    ['h4:tcp:[::1]:9000', { kind: 'tcp', host: '::1', port: 9000 }],
    ['h4:tcp:radio.example:9000', { kind: 'tcp', host: 'radio.example', port: 9000 }],
  ])('%s is read', (text, expected) => {
    expect(parseRadioAddress(text)).toEqual({ ...expected, text });
  });

  test.each(['hci:0', 'h4:/dev/ttyACM0', 'h4:unix:/run/a', 'h4:tcp:127.0.0.1:1'])('%s takes a capture file', (text) => {
    expect(parseRadioAddress(`${text}?btsnoop=/tmp/a%20b.log`).btsnoop).toBe('/tmp/a b.log');
  });

  test.each([
    ['', 'none of the forms'],
    ['hci0', 'none of the forms'],
    ['h4:ttyACM0', 'none of the forms'],
    ['hci:', 'no adapter number'],
    ['hci:-1', 'no adapter number'],
    ['hci:AA:BB:CC:DD:EE', 'no address'],
    ['hci:1e1', 'no adapter number'],
    ['hci:65535', 'no adapter number'],
    ['hci:0?channel=monitor', 'raw or user'],
    ['hci:0?baud=9600', '"baud" is unknown here'],
    ['h4:unix:', 'needs the path'],
    ['h4:unix:/a?rtscts=1', '"rtscts" is unknown here'],
    ['h4:tcp:127.0.0.1', 'needs HOST:PORT'],
    ['h4:tcp::9000', 'needs HOST:PORT'],
    ['h4:tcp:127.0.0.1:0', 'no port'],
    ['h4:tcp:127.0.0.1:65536', 'no port'],
    ['h4:/dev/a?baud=fast', 'no baud rate'],
    ['h4:/dev/a?baud=1', 'no baud rate'],
    ['h4:/dev/a?rtscts=yes', 'rtscts is 0 or 1'],
    ['h4:/dev/a?baud=9600&baud=9600', 'given twice'],
    ['hci:0?btsnoop=', 'needs a file name'],
  ])('%j is refused, and the error names the fault and all forms', (text, fault) => {
    const error = catchError(() => parseRadioAddress(text));
    expect(error).toBeInstanceOf(BeaconError);
    expect(error).toMatchObject({ code: 'radio-address' });
    expect(error.message).toContain(fault);
    for (const form of ['hci:N', 'h4:/dev/', 'h4:unix:', 'h4:tcp:']) expect(error.message).toContain(form);
  });
});

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
