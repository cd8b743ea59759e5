/**
 * What the controller has confirmed, read off the link as it passes: nothing here writes a command. Events as in Bluetooth
 * Core Vol 4 Part E:
 *
 * | event                              | octets after code and length                                    | section   |
 * |------------------------------------|-----------------------------------------------------------------|-----------|
 * | Disconnection Complete 0x05        | status 1, handle 2, reason 1                                    | §7.7.5    |
 * | LE Connection Complete 0x3e 0x01   | subevent 1, status 1, handle 2, role 1 (1: peripheral), …       | §7.7.65.1 |
 * | LE Enhanced … 0x3e 0x0a            | the same so far                                                 | §7.7.65.10 |
 */
import { eventCodes, isResetComplete, packetTypes, readCommandAnswer, readOpcode } from '../radio/hci-packets.js';
import type { HciLink } from '../radio/link.js';
import { advertisingSwitches, statuses } from '../radio/opcodes.js';
import { defined } from './defined.js';

export interface AirSnapshot {
  /** Whether advertising is on by the last answer of the controller; absent before the first. */
  readonly isEnabled?: boolean;
  /** Since the controller confirmed the last switching on; absent before the first. */
  readonly enabledAgoMs?: number;
  /** Since it went off by whatever way; absent while it is on, and before. */
  readonly disabledAgoMs?: number;
  /** How often the controller confirmed it. */
  readonly enables: number;
  /** Commands of whatever kind that were answered with Command Disallowed (0x0c). */
  readonly disallowedCommands: number;
  readonly resets: number;
  /** How long a central has been connected; absent where there is none. Who it is is not kept. */
  readonly centralForMs?: number;
}

export interface AirWatch {
  snapshot(): AirSnapshot;
  stop(): void;
}

const DISCONNECTION_COMPLETE = 0x05;
const CONNECTION_COMPLETE = 0x01;
const ENHANCED_CONNECTION_COMPLETE = 0x0a;
const PERIPHERAL = 0x01;
/** A controller that answers nothing is reset long before. */
const MOST_UNANSWERED = 16;

/** @param nowMs a clock that only goes forwards, the one of the link's packets. */
export function watchAir(link: HciLink, nowMs: () => number): AirWatch {
  /** What the switches that are not answered yet ask for, in order. */
  let asked: boolean[] = [];
  let isEnabled: boolean | undefined;
  let enabledAtMs: number | undefined;
  let disabledAtMs: number | undefined;
  let enables = 0;
  let disallowedCommands = 0;
  let resets = 0;
  let central: { readonly handle: number; readonly atMs: number } | undefined;

  function note(isOn: boolean, atMs: number): void {
    if (isOn) {
      enabledAtMs = atMs;
      disabledAtMs = undefined;
      enables += 1;
    } else if (isEnabled !== false) disabledAtMs = atMs;
    isEnabled = isOn;
  }

  function readAnswer(packet: Uint8Array, atMs: number): void {
    const answer = readCommandAnswer(packet);
    if (answer === undefined) return;
    if (answer.status === statuses.commandDisallowed) disallowedCommands += 1;
    if (!advertisingSwitches.has(answer.opcode)) return;
    const wanted = asked.shift();
    // Command Disallowed says that it is so already.
    const isSo = answer.status === statuses.success || answer.status === statuses.commandDisallowed;
    if (wanted !== undefined && isSo) note(wanted, atMs);
  }

  function readConnections(packet: Uint8Array, atMs: number): void {
    const [, code, , first, second, third, fourth, fifth] = packet;
    if (code === DISCONNECTION_COMPLETE) {
      if (first === statuses.success && central?.handle === handleOf(second, third)) central = undefined;
      return;
    }
    const isConnection = first === CONNECTION_COMPLETE || first === ENHANCED_CONNECTION_COMPLETE;
    if (code !== eventCodes.leMeta || !isConnection || second !== statuses.success || fifth !== PERIPHERAL) return;
    central = { handle: handleOf(third, fourth), atMs };
    // The controller ends connectable advertising by itself (§7.8.9).
    note(false, atMs);
  }

  function forget(): void {
    resets += 1;
    asked = [];
    central = undefined;
    note(false, nowMs());
  }

  const endings = [
    link.onSent((packet) => {
      const opcode = readOpcode(packet);
      if (opcode === undefined || !advertisingSwitches.has(opcode)) return;
      asked.push(packet[4] === 1);
      if (asked.length > MOST_UNANSWERED) asked.shift();
    }),
    link.onPacket((packet, atMs) => {
      if (packet[0] !== packetTypes.event || packet.length !== 3 + (packet[2] ?? 0)) return;
      if (isResetComplete(packet)) forget();
      readAnswer(packet, atMs);
      readConnections(packet, atMs);
    }),
    link.onReset(forget),
  ];
  const ago = (atMs: number | undefined): number | undefined => (atMs === undefined ? undefined : nowMs() - atMs);
  return {
    snapshot: () => ({
      enables,
      disallowedCommands,
      resets,
      ...defined({
        isEnabled,
        enabledAgoMs: ago(enabledAtMs),
        disabledAgoMs: ago(disabledAtMs),
        centralForMs: ago(central?.atMs),
      }),
    }),
    stop: () => {
      for (const end of endings) end();
    },
  };
}

/** 12 bits of it count (§5.4.2). */
function handleOf(low = 0, high = 0): number {
  return low | ((high & 0x0f) << 8);
}
