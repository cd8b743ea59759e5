import { setTimeout as pause } from 'node:timers/promises';
import { type BtsnoopRecord, opcodes, readOpcode } from '@deskbeacon/beacon/radio';
import { runDemo } from '../demo/run-demo.js';
import { readAdvertisingReports } from '../evidence/advertising-reports.js';
import { claim, type Scenario } from './scenario.js';

/** What a phone does with a call. */

const USUAL_K = 9;
const CALLS = 3;
/** Long enough for a scan that goes on to be seen. */
const BETWEEN_CALLS_MS = 500;
/** From the decision to the command that ends scanning. */
const STOP_LIMIT_MS = 50;

export const scanPerCall: Scenario = {
  id: 'scan-per-call',
  claim:
    'The phone scans only while a call comes in, once a call, and stops within 50 ms of the decision (200 ms on an emulated machine).',
  needs: [],
  async run(session) {
    const stopLimitMs = STOP_LIMIT_MS * session.slowdown;
    const phone = await session.startPhone(await session.startDaemon(USUAL_K));
    for (let i = 1; i <= CALLS; i += 1) {
      const { decision, scanStartedAtMs, scanStoppedAtMs } = await phone.takeCall(`c-${i}`);
      claim(scanStartedAtMs !== undefined && scanStoppedAtMs !== undefined, 'a call went by without a scan');
      const lateMs = (scanStoppedAtMs as number) - decision.decidedAtMs;
      await pause(BETWEEN_CALLS_MS);
      claim(lateMs <= stopLimitMs, `scanning ended ${Math.round(lateMs)} ms after the decision`);
    }
    const records = await phone.capture();
    const switches = scanSwitches(records);
    claim(switches === '10'.repeat(CALLS), `scanning was switched ${switches} (1: on, 0: off) in ${CALLS} calls`);
    const outside = reportsOutside(records, stopLimitMs);
    claim(outside === 0, `${outside} packets came from the controller after it had been told to stop`);
  },
  saboteur: {
    what: "the phone's controller goes on scanning when it is told to stop",
    sabotage: 'scan-never-stops',
    says: /packets came from the controller after/,
  },
};

export const decisions: Scenario = {
  id: 'decisions',
  claim:
    'Over the calls of an office no phone beside a forger or an unplugged beacon is silenced, of all others out of earshot at most one, and in the hand at the desk at least half.',
  needs: ['air'],
  async run(session) {
    const { beaconRadio, phoneRadio, air } = session.rig;
    if (air === undefined) throw new Error('this rig has no air, though it says so');
    const { calls } = await runDemo({
      scene: 'office',
      seed: session.seed,
      radios: { beacon: beaconRadio, phone: phoneRadio, air },
      emit: () => {},
      signal: new AbortController().signal,
    });
    const silenced = (...classes: readonly string[]): number =>
      calls.filter((call) => classes.includes(call.class) && call.decision === 'silence').length;
    claim(
      silenced('forger', 'unplugged') === 0,
      `${silenced('forger', 'unplugged')} silenced by a beacon that is not there`,
    );
    const away = silenced('next-room', 'corridor', 'gone');
    claim(away <= 1, `${away} silenced out of earshot`);
    const inHand = calls.filter((call) => call.class === 'desk-hand').length;
    claim(
      silenced('desk-hand') * 2 >= inHand,
      `${silenced('desk-hand')} of ${inHand} silenced in the hand at the desk`,
    );
  },
  saboteur: {
    what: 'one bit of every frame of the own beacon is turned',
    sabotage: 'bit-in-frame',
    says: /^0 of \d+ silenced in the hand/,
  },
};

/** @returns a 1 for each time scanning was switched on, a 0 for each time off, without repetitions of what is so already. */
function scanSwitches(records: readonly BtsnoopRecord[]): string {
  return records
    .filter(isScanCommand)
    .map(({ packet }) => String(packet[4]))
    .filter((now, i, all) => now !== (i === 0 ? '0' : all[i - 1]))
    .join('');
}

/** Within the time of a packet that was under way. */
function reportsOutside(records: readonly BtsnoopRecord[], graceMs: number): number {
  let offSinceUs: number | undefined;
  let outside = 0;
  for (const record of records) {
    if (isScanCommand(record)) offSinceUs = record.packet[4] === 1 ? undefined : record.atUs;
    const isLate = offSinceUs !== undefined && record.atUs - offSinceUs > graceMs * 1000;
    if (isLate && record.direction === 'received') outside += readAdvertisingReports([record]).length;
  }
  return outside;
}

function isScanCommand({ direction, packet }: BtsnoopRecord): boolean {
  return direction === 'sent' && readOpcode(packet) === opcodes.leSetScanEnable;
}
