import { describe, expect, test } from 'vitest';
import { explainKernelError, explainKernelFault } from './native-socket.js';

const address = { kind: 'kernel', deviceId: 3, channel: 'raw', text: 'hci:3' } as const;
const thrown = (sentence: string) => new Error(sentence);
const emitted = (errno: number) => Object.assign(new Error('?'), { errno });

describe('what the kernel says', () => {
  test.each([
    [thrown('Address family not supported by protocol'), 'radio-unavailable', 'this kernel has no Bluetooth'],
    [emitted(97), 'radio-unavailable', 'this kernel has no Bluetooth'],
    [thrown('Operation not permitted'), 'radio-permission', 'may not use'],
    [emitted(13), 'radio-permission', 'may not use'],
    [thrown('No such device'), 'radio-unavailable', 'no such adapter'],
    [thrown('Device or resource busy'), 'radio-busy', 'channel=user'],
    [thrown('Something else'), 'radio-unavailable', 'Something else'],
  ])('on opening is told with a code and all transports: %s', (cause, code, sentence) => {
    const error = explainKernelError(address, cause);
    expect(error).toMatchObject({ code, cause });
    expect(error.message).toContain(sentence);
    expect(error.message).toContain('h4:unix:PATH');
  });

  test('about a link in use ends it as lost, or for want of a permission', () => {
    expect(explainKernelFault(address, thrown('No such device'))?.code).toBe('radio-lost');
    expect(explainKernelFault(address, emitted(1))?.code).toBe('radio-permission');
  });

  test('about an adapter that is down ends nothing, since it may come up again', () => {
    expect(explainKernelFault(address, thrown('Network is down'))).toBeUndefined();
    expect(explainKernelFault(address, emitted(100))).toBeUndefined();
  });
});
