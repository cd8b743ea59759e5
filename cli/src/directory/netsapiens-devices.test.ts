import { expect, it } from 'vitest';
import { readDevice, readPhones } from './netsapiens-devices.js';

const read = (row: Record<string, unknown>, suffixes = ['wp', '_mobile']) =>
  readDevice({ user: '1001', ...row }, new Map(), suffixes);

it.each([
  ['a network address', { device: '1001wp', 'device-provisioning-mac-address': '001565AABBCC' }, 'desk'],
  ['the end of its name', { device: '1001_mobile' }, 'soft'],
  [
    'what it calls itself, an app',
    { device: '1001x', 'device-sip-registration-user-agent': 'SNAPmobile iOS 5' },
    'soft',
  ],
  [
    'what it calls itself, a telephone',
    { device: '1001', 'device-sip-registration-user-agent': 'Yealink SIP-T54W 96' },
    'desk',
  ],
  ['nothing', { device: '1001' }, 'unknown'],
  ['the end of the name of another user', { device: '1002wp' }, 'unknown'],
])('a device is told by %s', (_, row, kind) => {
  expect(read(row)?.kind).toBe(kind);
});

it('the ends of names are those of the tenant', () => {
  expect(read({ device: '1001m' }, ['m'])?.kind).toBe('soft');
  expect(read({ device: '1001wp' }, ['m'])?.kind).toBe('unknown');
});

it('a device that is not registered is told so, and one that does not say is not', () => {
  expect(read({ device: '1001', 'device-sip-registration-state': 'unregistered' })?.registered).toBe(false);
  expect(read({ device: '1001' })).not.toHaveProperty('registered');
  expect(read({})).toBeUndefined();
});

it('a telephone with several lines is found by each', () => {
  const models = new Map();
  readPhones(
    [
      {
        'device-provisioning-mac-address': '001565aabbcc',
        'device-provisioning-sip-uri-1': 'sip:1001@example',
        'device-provisioning-sip-uri-2': 'sip:1002@example',
      },
    ],
    models,
  );
  expect([...models.keys()]).toEqual(['1001@example', '1002@example']);
});
