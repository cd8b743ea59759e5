import { EventEmitter } from 'node:events';
import {
  encodeCommand,
  eventCodes,
  isResetComplete,
  packetTypes,
  readCommandAnswer,
  readOpcode,
  resetOpcode,
} from './hci-packets.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';

const ADDRESS_OCTETS = 6;

/** What stands between a stack and its controller. */
export interface SocketFilters {
  /** May replace each packet that is written, as a phone's scan window replaces the one noble hard-codes. */
  readonly rewrite?: (packet: Uint8Array) => Uint8Array;
  /** May replace each packet that is delivered, or keep it from the stack. */
  readonly sift?: (packet: Uint8Array) => Uint8Array | undefined;
  /** Opcodes that the controller is not given: the stack is told that they were carried out. */
  readonly withheld?: ReadonlySet<number>;
}

/**
 * What bleno and noble get when they load `@abandonware/bluetooth-hci-socket`: the same methods, and behind them the
 * link that `attach` names. They construct it without arguments, while they are loaded, so it begins without a link;
 * one that never gets a link is silent. bleno's management socket is such a one: over it bleno would replace the long-term
 * keys of hci0, whichever adapter it serves, with its own.
 */
export class HciSocket extends EventEmitter {
  #link: HciLink | undefined;
  #detach: (() => void)[] = [];
  /** Not events of the emitter: noble removes all of its listeners when an adapter comes back. */
  readonly #idleListeners = new Set<() => void>();
  #isStarted = false;
  #filter: KernelFilter | undefined;
  #filters: SocketFilters = {};
  #resets = 0;
  readonly #unanswered = new Map<number, number>();
  readonly #statuses = new Map<number, number>();
  #receivedAtMs = 0;
  #malformed = 0;

  /** Binds the socket to the link it serves from now on. */
  attach(link: HciLink, filters: SocketFilters = {}): void {
    if (this.#link !== undefined) throw new TypeError('this HCI socket has a link already');
    this.#link = link;
    this.#filters = filters;
    this.#detach = [
      link.onReset(() => {
        this.#unanswered.clear();
        this.#resets += 1;
      }),
      link.onPacket((packet, atMs) => this.#receive(packet, atMs)),
    ];
  }

  /** Ends it: nothing is delivered or written after this. */
  detach(): void {
    for (const end of this.#detach) end();
    this.#detach = [];
    this.#link = undefined;
    this.#unanswered.clear();
  }

  bindRaw(deviceId?: number): number {
    return deviceId ?? 0;
  }

  bindUser(deviceId?: number): number {
    return deviceId ?? 0;
  }

  bindControl(): number {
    return 0;
  }

  start(): void {
    this.#isStarted = true;
  }

  stop(): void {
    this.#isStarted = false;
  }

  isDevUp(): boolean {
    return this.#link?.isUp() ?? false;
  }

  setFilter(filter: Uint8Array): void {
    this.#filter = readKernelFilter(filter);
  }

  write(packet: Uint8Array): void {
    if (this.#link === undefined) return;
    const rewritten = this.#filters.rewrite?.(packet) ?? packet;
    const opcode = readOpcode(rewritten);
    if (opcode !== undefined && this.#link.isUp())
      this.#unanswered.set(opcode, (this.#unanswered.get(opcode) ?? 0) + 1);
    if (opcode !== undefined && this.#filters.withheld?.has(opcode)) this.#answerItself(opcode);
    else this.#link.send(rewritten);
  }

  /** Later, as a controller does, and not after a reset, which takes what was under way with it. */
  #answerItself(opcode: number): void {
    const resets = this.#resets;
    const answer = Uint8Array.of(packetTypes.event, eventCodes.commandComplete, 4, 1, opcode & 255, opcode >>> 8, 0);
    setImmediate(() => {
      if (this.#link !== undefined && resets === this.#resets) this.#receive(answer, performance.now());
    });
  }

  reset(): void {
    this.write(encodeCommand(resetOpcode, new Uint8Array(0)));
  }

  /** Whether the controller has answered every command that was written here. */
  isIdle(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Called after each answer that leaves no command of this socket unanswered, once the stack has read it. */
  onIdle(listener: () => void): () => void {
    const own = (): void => listener();
    this.#idleListeners.add(own);
    return () => {
      this.#idleListeners.delete(own);
    };
  }

  /** The status of the last answer to this opcode, whoever wrote it. */
  lastStatus(opcode: number): number | undefined {
    return this.#statuses.get(opcode);
  }

  /** When the packet that is being delivered was received, on `performance.now()`'s clock. */
  get receivedAtMs(): number {
    return this.#receivedAtMs;
  }

  /** How many packets were too short for bleno's or noble's parser, which reads without looking at the length. */
  get malformed(): number {
    return this.#malformed;
  }

  #receive(packet: Uint8Array, atMs: number): void {
    const answer = readCommandAnswer(packet);
    if (answer?.status !== undefined) this.#statuses.set(answer.opcode, answer.status);
    if (answer !== undefined) this.#settle(answer.opcode);
    // bleno and noble initialise the controller on this event even when their filter would not ask for it.
    if (this.#isStarted && (isResetComplete(packet) || passes(this.#filter, packet))) this.#deliver(packet, atMs);
    if (answer === undefined || !this.isIdle()) return;
    for (const listener of [...this.#idleListeners]) listener();
  }

  #settle(opcode: number): void {
    const count = this.#unanswered.get(opcode);
    if (count === undefined) return;
    if (count > 1) this.#unanswered.set(opcode, count - 1);
    else this.#unanswered.delete(opcode);
  }

  #deliver(received: Uint8Array, atMs: number): void {
    const { sift } = this.#filters;
    const packet = sift === undefined ? received : sift(received);
    if (packet === undefined) return;
    this.#receivedAtMs = atMs;
    const answer = readCommandAnswer(packet);
    // Both take an address apart that a refusal does not carry, and fail with an error that tells nothing.
    if (answer?.opcode === opcodes.readBdAddr && answer.returnParameters.length < ADDRESS_OCTETS) {
      this.#malformed++;
      return;
    }
    try {
      this.emit('data', Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
    } catch (error) {
      // Reading behind the end of a Buffer is the parser meeting a short packet; anything else is somebody's bug.
      const code = error instanceof RangeError && 'code' in error ? error.code : undefined;
      if (code !== 'ERR_OUT_OF_RANGE' && code !== 'ERR_BUFFER_OUT_OF_BOUNDS') throw error;
      this.#malformed++;
    }
  }
}

interface KernelFilter {
  readonly types: number;
  readonly events: readonly [number, number];
}

/** Linux `struct hci_filter`: type mask, two words of event mask, opcode (which neither package sets). */
function readKernelFilter(filter: Uint8Array): KernelFilter {
  if (filter.length < 12) throw new RangeError(`filter: at least 12 octets, got ${filter.length}`);
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  return { types: view.getUint32(0, true), events: [view.getUint32(4, true), view.getUint32(8, true)] };
}

/** Applies a filter as the kernel does (net/bluetooth/hci_sock.c, is_filtered_packet): event codes modulo 64. */
function passes(filter: KernelFilter | undefined, packet: Uint8Array): boolean {
  const [type = 0, code = 0] = packet;
  if (filter === undefined) return type !== packetTypes.command;
  if (((filter.types >>> (type & 31)) & 1) === 0) return false;
  if (type !== packetTypes.event) return true;
  return ((filter.events[(code >> 5) & 1] ?? 0) >>> (code & 31)) % 2 === 1;
}
