import { BeaconError } from '../errors.js';
import { encodeCommand, packetTypes, readCommandAnswer, readOpcode } from './hci-packets.js';
import type { HciLink } from './link.js';
import { nameOpcode, nameStatus } from './opcodes.js';

/** Issues commands over a link that others use too, one at a time. */
export interface HciCommands {
  /**
   * Writes one command and waits for its answer.
   * @param opcode 16 bits, see `opcodes`.
   * @param parameters at most 255 octets.
   * @returns the return parameters after the status; empty for a Command Status.
   * @throws HciRefusal (`hci-refused`) on a status other than 0; BeaconError `hci-timeout` after 1 s without an answer or
   *   when 32 commands wait; `radio-lost` when the link closed, is not up, or was reset meanwhile.
   */
  issue(opcode: number, parameters?: Uint8Array): Promise<Uint8Array>;
  /** How long the controller took for the last command and for the slowest of the last 64; undefined before the first. */
  roundTrip(): { readonly lastMs: number; readonly worstMs: number } | undefined;
  /** Ends the listening; what waits is rejected. */
  close(): void;
}

/** The controller answered a command with a status other than 0. */
export class HciRefusal extends BeaconError {
  readonly opcode: number;
  /** The status octet, Vol 1 Part F §1.3. */
  readonly status: number;

  constructor(opcode: number, status: number) {
    super('hci-refused', `the controller refused ${nameOpcode(opcode)}: ${nameStatus(status)}`);
    this.name = 'HciRefusal';
    this.opcode = opcode;
    this.status = status;
  }
}

const answerLimitMs = 1000;
const queueLimit = 32;
const recentTrips = 64;
/** Commands of all users of the link under way; a link that tells of more than it answers must not fill the memory. */
const underWayLimit = 128;

interface Waiting {
  readonly packet: Uint8Array;
  readonly opcode: number;
  resolve(returnParameters: Uint8Array): void;
  reject(error: BeaconError): void;
}

/** A command that was written to the controller, by us or by another user of the link. */
interface UnderWay {
  readonly opcode: number;
  readonly packet: Uint8Array;
  readonly sentAtMs: number;
}

/**
 * Makes a commander. bleno and noble write the same opcodes over the same link, and an answer names only the opcode. A
 * controller answers commands of one opcode in the order they were written, so the answer that is ours is known from
 * that order. This relies on `HciLink.onSent` handing over the very packet that was given to `send`.
 *
 * A command whose answer is lost must leave that order, or every later answer to its opcode is taken for the one before.
 * A link of our own resets the controller; on a kernel that others share nobody does, and the kernel goes on with the next
 * command after 2 s. So a command is taken for lost once it is past its limit and one written after it is answered.
 */
export function createHciCommands(link: HciLink): HciCommands {
  const queue: Waiting[] = [];
  const underWay: UnderWay[] = [];
  const trips: number[] = [];
  let current: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function issueNext(): void {
    if (current !== undefined) return;
    current = queue.shift();
    if (current === undefined) return;
    const { opcode, packet } = current;
    timer = setTimeout(() => {
      settle()?.reject(new BeaconError('hci-timeout', `no answer to ${nameOpcode(opcode)} within ${answerLimitMs} ms`));
    }, answerLimitMs);
    link.send(packet);
  }

  /** Ends the current command and starts the next one after the caller's turn. */
  function settle(): Waiting | undefined {
    clearTimeout(timer);
    const settled = current;
    current = undefined;
    queueMicrotask(issueNext);
    return settled;
  }

  function rejectAll(reason: string, cause?: BeaconError): void {
    clearTimeout(timer);
    underWay.length = 0;
    const rejected = [...(current === undefined ? [] : [current]), ...queue.splice(0)];
    current = undefined;
    for (const { opcode, reject } of rejected) {
      reject(new BeaconError('radio-lost', `${nameOpcode(opcode)} was not carried out: ${reason}`, { cause }));
    }
  }

  function noteSent(packet: Uint8Array, sentAtMs: number): void {
    const opcode = readOpcode(packet);
    if (opcode === undefined) return;
    underWay.push({ opcode, packet, sentAtMs });
    if (underWay.length > underWayLimit) underWay.shift();
  }

  /** Of the commands written before the one that is answered now. */
  function dropLost(writtenBefore: number, atMs: number): void {
    const firstInTime = underWay.findIndex(({ sentAtMs }) => atMs - sentAtMs <= answerLimitMs);
    underWay.splice(0, Math.min(writtenBefore, firstInTime < 0 ? underWay.length : firstInTime));
  }

  function takePacket(packet: Uint8Array, atMs: number): void {
    // A kernel socket shows the commands of other processes; their answers are not ours either.
    if (packet[0] === packetTypes.command) noteSent(packet, atMs);
    const answer = readCommandAnswer(packet);
    if (answer === undefined || answer.opcode === 0) return;
    const index = underWay.findIndex(({ opcode }) => opcode === answer.opcode);
    const [answered] = index < 0 ? [] : underWay.splice(index, 1);
    if (answered === undefined) return;
    dropLost(index, atMs);
    if (answered.packet !== current?.packet) return;
    trips.push(atMs - answered.sentAtMs);
    if (trips.length > recentTrips) trips.shift();
    const { status = 0 } = answer;
    const settled = settle();
    if (status === 0) settled?.resolve(answer.returnParameters);
    else settled?.reject(new HciRefusal(answer.opcode, status));
  }

  const endings = [
    link.onSent(noteSent),
    link.onPacket(takePacket),
    link.onReset(() => rejectAll('the controller was reset')),
    link.onClosed((error) => {
      isClosed = true;
      rejectAll('the link closed', error);
    }),
  ];

  return {
    issue(opcode, parameters = new Uint8Array(0)) {
      const packet = encodeCommand(opcode, parameters);
      return new Promise((resolve, reject) => {
        const refuse = (code: 'radio-lost' | 'hci-timeout', reason: string): void =>
          reject(new BeaconError(code, `${nameOpcode(opcode)} was not sent: ${reason}`));
        if (isClosed) return refuse('radio-lost', 'the link is closed');
        if (!link.isUp()) return refuse('radio-lost', 'the controller is not up');
        if (queue.length >= queueLimit) return refuse('hci-timeout', `${queueLimit} commands wait already`);
        queue.push({ packet, opcode, resolve, reject });
        issueNext();
      });
    },
    roundTrip: () => {
      const lastMs = trips.at(-1);
      return lastMs === undefined ? undefined : { lastMs, worstMs: Math.max(...trips) };
    },
    close() {
      isClosed = true;
      for (const end of endings) end();
      rejectAll('the commander was closed');
    },
  };
}
