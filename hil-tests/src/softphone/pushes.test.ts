import { describe, expect, it } from 'vitest';
import { createPushes } from './pushes.js';

describe('what is known of the desk phone', () => {
  it('is told whether it comes before the call or after it', async () => {
    const pushes = createPushes();
    pushes.add('early', 'alerting');
    expect(await pushes.deskPhoneOf('early', 1)).toBe('alerting');
    const late = pushes.deskPhoneOf('late', 10_000);
    pushes.add('other', 'alerting');
    pushes.add('late', 'not-alerting');
    expect(await late).toBe('not-alerting');
  });

  it('is unknown where nothing comes', async () => {
    expect(await createPushes().deskPhoneOf('c', 1)).toBe('unknown');
  });

  it('is the newest that was said, and is forgotten after some calls', async () => {
    const pushes = createPushes();
    pushes.add('c', 'alerting');
    pushes.add('c', 'not-alerting');
    expect(await pushes.deskPhoneOf('c', 1)).toBe('not-alerting');
    for (let i = 0; i < 32; i += 1) pushes.add(`c-${i}`, 'alerting');
    expect(await pushes.deskPhoneOf('c', 1)).toBe('unknown');
  });
});
