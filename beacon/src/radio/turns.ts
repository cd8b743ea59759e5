import { BeaconError } from '../errors.js';

/**
 * Lets calls take place one after the other, in the order they were made; one that fails does not hold up the next.
 * @param limit how many calls may be under way or wait, at least 1; one more is refused with `hci-timeout`.
 */
export function createTurns(limit: number): <Result>(act: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (act) => {
    if (waiting >= limit) throw new BeaconError('hci-timeout', `${limit} calls wait for the controller already`);
    waiting++;
    const turn = last.then(act, act);
    last = turn;
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };
}
