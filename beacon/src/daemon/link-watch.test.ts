import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BeaconError } from '../errors.js';
import { makeSilentLink } from '../radio/testing/silent-link.js';
import { watchLink } from './link-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What has become of a promise by now. */
async function outcomeOf(promise: Promise<never>): Promise<unknown> {
  return Promise.race(
    [promise.catch((error: unknown) => error), Promise.resolve('waiting')].map((p) => p.then((v) => v)),
  );
}

describe('the watch over the link', () => {
  it('gives an adapter that is down three seconds to come back', async () => {
    const { link } = makeSilentLink();
    let isUp = false;
    const watch = watchLink({ ...link, isUp: () => isUp });
    await vi.advanceTimersByTimeAsync(3000);
    isUp = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(1);
    expect(await outcomeOf(watch.failed)).toBe('waiting');
    watch.stop();
  });

  it('fails with radio-lost within four seconds of an adapter that stays down', async () => {
    const { link } = makeSilentLink();
    const watch = watchLink({ ...link, isUp: () => false });
    await vi.advanceTimersByTimeAsync(4000);
    await expect(watch.failed).rejects.toMatchObject({ code: 'radio-lost' });
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails with the link's own error when that ends", async () => {
    const { link, hub } = makeSilentLink();
    const watch = watchLink(link);
    const error = new BeaconError('hci-timeout', 'no answer');
    hub.emitClosed(error);
    await expect(watch.failed).rejects.toBe(error);
    watch.stop();
  });

  const seen = 'another process switched advertising off';
  const unseen = 'another process switched advertising off or on, by a command unseen here';

  /** Everything that is told, in order. */
  function watchSwitches(address = 'hci:0') {
    const { link: silent, hub } = makeSilentLink();
    const link = { ...silent, address };
    const told: string[] = [];
    const watch = watchLink(link, {
      onConfirmed: ({ wasOnAlready }) => void told.push(wasOnAlready ? 'on already' : 'on'),
      onStoppedByAnother: (how) => void told.push(how),
    });
    const ours = (isOn: number): void => hub.emitSent(Uint8Array.of(1, 0x0a, 0x20, 1, isOn), 0);
    const theirs = (isOn: number): void => hub.emitPacket(Uint8Array.of(1, 0x0a, 0x20, 1, isOn), 0);
    const answer = (status: number): void => hub.emitPacket(Uint8Array.of(4, 0x0e, 4, 1, 0x0a, 0x20, status), 0);
    return { hub, told, ours, theirs, answer, stop: watch.stop };
  }

  it('tells that another process switched advertising off, once until it is on again', () => {
    const { told, ours, theirs, stop } = watchSwitches();
    ours(1);
    theirs(0);
    theirs(0);
    ours(1);
    theirs(0);
    expect(told).toEqual([seen, seen]);
    stop();
  });

  it('minds no command of another process while nothing is advertised, and no other command', () => {
    const { hub, told, ours, theirs, stop } = watchSwitches();
    theirs(0);
    ours(1);
    hub.emitPacket(Uint8Array.of(1, 0x0c, 0x20, 2, 1, 0), 0);
    ours(0);
    theirs(0);
    expect(told).toEqual([]);
    stop();
  });

  it('tells that the controller has confirmed an enable of ours, also by saying that it was on already', () => {
    const { told, ours, answer, stop } = watchSwitches();
    ours(0);
    answer(0);
    ours(1);
    answer(0);
    ours(1);
    answer(0x0c);
    ours(1);
    answer(0x1f);
    expect(told).toEqual(['on', 'on already']);
    stop();
  });

  it.each([
    ['hci:0?channel=user', ['on', unseen, 'on', unseen]],
    ['hci:0', ['on', 'on']],
    ['h4:/dev/ttyACM0', ['on', 'on']],
  ])('tells of a switch by an answer that nobody here waits for on the user channel alone: %s', (address, expected) => {
    const { told, ours, answer, stop } = watchSwitches(address);
    ours(1);
    answer(0);
    answer(0);
    answer(0);
    ours(1);
    answer(0);
    answer(0x0c);
    answer(0);
    expect(told).toEqual(expected);
    stop();
  });

  it('minds no unasked answer before our own enable, and does not mistake one that overtakes ours', () => {
    const { hub, told, ours, answer, stop } = watchSwitches('hci:0?channel=user');
    answer(0);
    ours(0);
    answer(0);
    answer(0);
    expect(told).toEqual([]);
    ours(1);
    answer(0); // To the other's command, which the controller carried out first or last: nobody can tell.
    answer(0);
    expect(told).toEqual(['on', unseen]);
    ours(1);
    hub.emitReset();
    answer(0);
    expect(told).toEqual(['on', unseen]);
    stop();
  });

  it("takes the answer to another's enable for none of ours, and none for one that a reset has swallowed", () => {
    const { hub, told, ours, theirs, answer, stop } = watchSwitches();
    theirs(1);
    ours(1);
    answer(0x1f);
    expect(told).toEqual([]);
    answer(0);
    expect(told).toEqual(['on']);
    ours(1);
    hub.emitReset();
    answer(0);
    expect(told).toEqual(['on']);
    stop();
  });
});
