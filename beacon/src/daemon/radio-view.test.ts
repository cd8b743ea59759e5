import { describe, expect, it } from 'vitest';
import type { RadioSwitch } from '../health/rfkill.js';
import type { Adapter } from '../radio/index.js';
import { type RadioEyes, viewRadio } from './radio-view.js';

const up = (deviceId: number): Adapter => ({ deviceId, isUp: true });
const down = (deviceId: number): Adapter => ({ deviceId, isUp: false });
const blocked: RadioSwitch = { name: 'hci0', isSoftBlocked: true, isHardBlocked: false };

const eyes = (adapters: readonly Adapter[] | undefined, switches: readonly RadioSwitch[] = []): RadioEyes => ({
  adapters: () => adapters,
  switches: async () => switches,
  fileMark: async (path) => (path === '/dev/ttyACM0' ? '7 1' : undefined),
});
const obstacleOf = async (radio: string, seen: RadioEyes): Promise<string | undefined> =>
  (await viewRadio(radio, seen)).obstacle;

describe('what is seen of a radio before it is opened', () => {
  it('is nothing against an adapter that is up, whatever is said of others', async () => {
    expect(await obstacleOf('hci:0', eyes([up(0), down(1)]))).toBeUndefined();
    expect(await obstacleOf('hci:0', eyes([up(0)], [{ ...blocked, name: 'hci1' }]))).toBeUndefined();
    expect(await obstacleOf('hci:0', eyes([up(0)], [{ ...blocked, name: 'laptop_sw' }]))).toBeUndefined();
  });

  it('is that the adapter is down, and why when a switch holds it down', async () => {
    expect(await obstacleOf('hci:0', eyes([down(0), up(1)]))).toMatch(/hci0 is down/);
    expect(await obstacleOf('hci:0', eyes([down(0)], [blocked]))).toMatch(/rfkill/);
  });

  it('is that there is no adapter, when it is gone and no other could be it under another number', async () => {
    expect(await obstacleOf('hci:0', eyes([]))).toMatch(/hci0: there is no adapter/);
    expect(await obstacleOf('hci:0', eyes([down(2)]))).toMatch(/every adapter is down/);
    expect(await obstacleOf('hci:0', eyes([up(2)]))).toBeUndefined();
    expect(await obstacleOf('hci:AA:BB:CC:DD:EE:FF', eyes([]))).toMatch(/AA:BB:CC:DD:EE:FF: there is no adapter/);
    expect(await obstacleOf('hci:AA:BB:CC:DD:EE:FF', eyes([up(3)]))).toBeUndefined();
  });

  it('is nothing against an adapter that is down for the user channel, unless a switch holds it', async () => {
    expect(await obstacleOf('hci:0?channel=user', eyes([down(0)]))).toBeUndefined();
    expect(await obstacleOf('hci:0?channel=user', eyes([down(0)], [blocked]))).toMatch(/rfkill/);
  });

  it('is that the file of a line or a socket is missing', async () => {
    expect(await obstacleOf('h4:/dev/ttyACM0', eyes([]))).toBeUndefined();
    expect(await obstacleOf('h4:/dev/ttyACM1', eyes([]))).toBe('/dev/ttyACM1 is not there');
    expect(await obstacleOf('h4:unix:/run/a', eyes([]))).toBe('/run/a is not there');
    expect(await obstacleOf('h4:tcp:127.0.0.1:1', eyes([]))).toBeUndefined();
  });

  it('is nothing where the kernel cannot be asked', async () => {
    expect(await viewRadio('hci:0', eyes(undefined))).toEqual({ signature: '' });
  });

  it('has another signature after each change that makes another try worth while', async () => {
    const signatures = await Promise.all(
      [eyes([up(1)]), eyes([up(1), down(2)]), eyes([up(1), up(2)]), eyes([up(1), up(2)], [blocked])].map(
        async (seen) => (await viewRadio('hci:0', seen)).signature,
      ),
    );
    expect(new Set(signatures).size).toBe(4);
  });
});
