import { BeaconError } from '../errors.js';
import {
  type BlenoStack,
  type ConfirmingAdvertiser,
  confirmAdvertiser,
  createHciCommands,
  type HciLink,
  startBleno,
} from '../radio/index.js';
import { linkAbort, unlessAborted } from './aborts.js';
import { createAllowance } from './allowance.js';
import { watchLink } from './link-watch.js';
import { chooseAdvertising } from './radio-fit.js';
import type { RadioService } from './radio-service.js';
import { keepChecking } from './self-check.js';
import { createSleeper } from './sleep.js';
import { createTimeOnAir, type TimeOnAir } from './time-on-air.js';
import { within } from './within.js';

/** A command may be under way at the signal; one that is not answered is not waited for longer. */
const COMMAND_LIMIT_MS = 250;
/** How long the silencing may take when the controller hardly answers any more. */
const CLEAN_UP_LIMIT_MS = 1_000;
/** More in a minute than this is no accident: the radio is opened anew, at growing intervals. */
export const MOST_FAULTS_IN_PLACE = 5;
const MINUTE_MS = 60_000;

/**
 * Keeps one beacon on the air over one link until the signal, and mends on the way what can be mended without opening the
 * radio again: a reset of the controller, a refusal, an answer that got lost, another process that stops our advertising.
 * The link stays open: closing it is its owner's part.
 * @throws BeaconError with the code of the fault that ended it.
 */
export async function serveRadio(service: RadioService): Promise<void> {
  const { config, link, signal, log, events } = service;
  let onAir: TimeOnAir | undefined;
  let confirmedMs = performance.now();
  const sharing = createAllowance(MOST_FAULTS_IN_PLACE, MINUTE_MS, () => performance.now());
  const shared = rejection();
  const watch = watchLink(link, {
    onConfirmed: (confirmation) => {
      confirmedMs = performance.now();
      events.onConfirmed(confirmation);
    },
    onStoppedByAnother: (how) => {
      const text = `${link.address}: ${how}`;
      const often = `${text}, more than ${MOST_FAULTS_IN_PLACE} times within a minute`;
      if (!sharing.take()) return shared.reject(new BeaconError('radio-shared', often));
      events.onFault({ code: 'radio-shared', text });
      log({ priority: 4, event: 'stopped-by-another', text: `${text}; it is switched on again` });
      onAir?.restart();
    },
  });
  // Ends the work on the air when the link has failed: nothing may switch advertising on again after the cleaning up.
  const work = linkAbort(signal);
  const commands = createHciCommands(link);
  const endResets = link.onReset(() =>
    events.onFault({ code: 'controller-reset', text: `${link.address}: the controller was reset` }),
  );
  let bleno: BlenoStack | undefined;
  let advertiser: ConfirmingAdvertiser | undefined;
  try {
    // Before bleno, whose own commands would make the choice.
    const choosing = chooseAdvertising(link, config().frames, log);
    const choice = await unlessAborted(Promise.race([choosing, watch.failed]), signal);
    if (choice === undefined) return;
    const starting = startBleno(link, { withholdsAdvertising: choice.isExtended });
    bleno = await unlessAborted(Promise.race([starting, watch.failed]), signal);
    if (bleno === undefined) return;
    events.onReady(bleno.bleno.address);
    advertiser = confirmAdvertiser(link, choice.makeAdvertiser());
    const { roundTrip, alreadyOnCount } = advertiser;
    events.onAtWork?.({ roundTrip, alreadyOnCount, malformed: bleno.malformed });
    const allowance = createAllowance(MOST_FAULTS_IN_PLACE, MINUTE_MS, () => performance.now());
    const sleeper = createSleeper(work.signal);
    const { capabilities } = choice;
    const radio = { service, bleno, advertiser, capabilities, sleeper, signal: work.signal, allowance };
    onAir = createTimeOnAir(radio, commands);
    const { isInWindow, windowLeftMs } = onAir;
    const staying = onAir.stay();
    const checking = keepChecking({
      commands,
      advertiser,
      isOnAir: () => !isInWindow(),
      sinceConfirmedMs: () => performance.now() - confirmedMs,
      windowLeftMs,
      everyMs: service.checkEveryMs,
      onPassed: events.onChecked,
      signal: work.signal,
    });
    for (const late of [staying, checking]) late.catch(() => {}); // What comes after the first fault is its consequence.
    await unlessAborted(Promise.race([watch.failed, shared.promise, staying, checking]), signal);
    if (signal.aborted) await within(COMMAND_LIMIT_MS, staying);
  } catch (error) {
    events.onFailed(error);
    throw error;
  } finally {
    work.abort();
    work.unlink();
    watch.stop();
    endResets();
    onAir?.close();
    commands.close();
    if (advertiser !== undefined) await within(CLEAN_UP_LIMIT_MS, leaveSilent(link, advertiser));
    advertiser?.close();
    bleno?.close();
  }
}

async function leaveSilent(link: HciLink, advertiser: ConfirmingAdvertiser): Promise<void> {
  if (!link.isUp()) return;
  await advertiser.stop().catch(() => {
    // The controller is gone or refuses; its radio is what it was, and the error that ends the service tells why.
  });
}

function rejection(): { readonly promise: Promise<never>; reject(error: Error): void } {
  let reject = (_error: Error): void => {};
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  promise.catch(() => {}); // Nobody may be waiting any more.
  return { promise, reject };
}
