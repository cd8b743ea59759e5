import { describe, expect, it } from 'vitest';
import { createServiceManager, type Message } from './service-manager.js';

function makeManager() {
  const sent: Message[] = [];
  const states: boolean[] = [];
  const way = { isOpen: true };
  const pending: (() => void)[] = [];
  const manager = createServiceManager({
    socket: '/run/notify',
    onState: ({ isReached }) => void states.push(isReached),
    send: (message) =>
      new Promise((resolve, reject) =>
        pending.push(() => {
          if (!way.isOpen) return reject(new Error('nobody there'));
          sent.push(message);
          resolve();
        }),
      ),
  });
  /** Lets everything through that waits, one message after the other. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 50; i += 1) {
      pending.shift()?.();
      await Promise.resolve();
    }
  };
  return { manager, sent, states, way, pending, settle };
}

describe('what a service manager is told', () => {
  it('is nothing without a socket', async () => {
    const manager = createServiceManager({
      socket: undefined,
      onState: () => {},
      send: async () => {
        throw new Error('sent');
      },
    });
    manager.ready('on the air');
    manager.alive();
    await manager.stopping();
    expect(manager.isThere).toBe(false);
  });

  it('goes one message at a time, in order; states and signs of life that wait are merged, phases never', async () => {
    const { manager, sent, pending, settle } = makeManager();
    manager.status('starting');
    manager.status('still starting');
    manager.alive();
    manager.ready('on the air');
    manager.reloading();
    manager.reloaded();
    expect(pending.length).toBe(1);
    await settle();
    expect(sent.map((message) => Object.keys(message).sort())).toEqual([
      ['STATUS'],
      ['STATUS', 'WATCHDOG'],
      ['READY', 'STATUS'],
      ['MONOTONIC_USEC', 'RELOADING'],
      ['READY', 'STATUS'],
    ]);
    expect(sent[1]).toEqual({ STATUS: 'still starting', WATCHDOG: '1' });
  });

  it('is not that the settings are read again before it was told that the service is ready', async () => {
    const { manager, sent, settle } = makeManager();
    manager.reloading();
    manager.reloaded();
    await settle();
    expect(sent).toEqual([]);
  });

  it('says a state once', async () => {
    const { manager, sent, settle } = makeManager();
    manager.ready('on the air');
    manager.status('on the air');
    await settle();
    expect(sent).toEqual([{ READY: '1', STATUS: 'on the air' }]);
  });

  it('keeps READY until it gets through, and tells once each that it does not and does again', async () => {
    const { manager, sent, states, way, settle } = makeManager();
    way.isOpen = false;
    manager.ready('on the air');
    await settle();
    manager.alive();
    await settle();
    expect([sent, states]).toEqual([[], [false]]);
    way.isOpen = true;
    manager.alive();
    await settle();
    expect(sent.map((message) => Object.keys(message)[0])).toEqual(['READY', 'WATCHDOG']);
    expect(states).toEqual([false, true]);
  });

  it('is bounded where nothing gets through', async () => {
    const { manager, pending, settle } = makeManager();
    for (let i = 0; i < 1000; i += 1) {
      manager.ready(`state ${i}`);
      manager.reloading();
    }
    expect(pending.length).toBe(1);
    let rounds = 0;
    while (pending.length > 0 && rounds < 100) {
      rounds += 1;
      await settle();
    }
    expect(pending.length).toBe(0);
  });
});
