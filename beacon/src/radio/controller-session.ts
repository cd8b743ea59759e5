import { BeaconError } from '../errors.js';
import { CommandFlow } from './command-flow.js';
import {
  encodeCommand,
  eventCodes,
  isResetComplete,
  packetTypes,
  readCommandAnswer,
  resetOpcode,
} from './hci-packets.js';
import type { HciLink } from './link.js';
import { LinkHub, type LinkTap } from './link-hub.js';
import { nameOpcode } from './opcodes.js';

/** What carries whole packets to a controller that we have for ourselves. */
export interface Wire {
  write(packet: Uint8Array): void;
  /** A reset is about to be written: what came before its Command Complete means nothing. */
  expectReset(): void;
  close(): Promise<void>;
}

export interface SessionLimits {
  /** How long a reset may take to be answered, and how often it is tried. */
  readonly resetAnswerMs: number;
  readonly resetTries: number;
  /** How long any other command may take. Controllers answer in milliseconds; Linux also gives up after 2 s. */
  readonly commandAnswerMs: number;
  readonly queuedCommands: number;
  readonly closeMs: number;
}

export const sessionLimits: SessionLimits = {
  resetAnswerMs: 2000,
  resetTries: 3,
  commandAnswerMs: 2000,
  queuedCommands: 64,
  closeMs: 1000,
};

/**
 * A controller that nobody else talks to, over a serial line, a stream socket or the kernel's user channel: resets it on
 * opening, keeps its command credits, and resets it again whenever the two sides no longer understand each other.
 */
export class ControllerSession implements HciLink {
  readonly address: string;
  readonly #hub = new LinkHub();
  readonly #limits: SessionLimits;
  readonly #tap: LinkTap | undefined;
  readonly #flow: CommandFlow;
  #wire: Wire | undefined;
  #phase: 'resetting' | 'up' | 'closed' = 'resetting';
  #hasBeenUp = false;
  #triesLeft = 0;
  #lastFault = 'it was just opened';
  #timer: NodeJS.Timeout | undefined;
  #opening: { resolve(): void; reject(error: BeaconError): void } | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    address: string,
    options: { readonly tap?: LinkTap | undefined; readonly limits?: Partial<SessionLimits> },
  ) {
    this.address = address;
    this.#tap = options.tap;
    this.#limits = { ...sessionLimits, ...options.limits };
    this.#flow = new CommandFlow(this.#limits.queuedCommands);
  }

  /** Resets the controller. Rejects with the error that ended the session when no try was answered. */
  open(wire: Wire): Promise<void> {
    this.#wire = wire;
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#beginReset();
    });
  }

  send(packet: Uint8Array): void {
    if (this.#phase !== 'up') return;
    if (packet[0] !== packetTypes.command) {
      this.#write(packet);
    } else if (this.#flow.enqueue(packet)) {
      this.#pump();
    } else {
      this.fail(
        new BeaconError(
          'hci-timeout',
          `${this.address}: ${this.#limits.queuedCommands} commands wait for the controller`,
        ),
      );
    }
  }

  /** Takes one whole packet from the controller. */
  receive(packet: Uint8Array, atMs: number): void {
    if (this.#phase === 'closed') return;
    this.#tap?.('received', packet, atMs);
    if (isResetComplete(packet)) {
      this.#finishReset(packet, atMs);
    } else if (this.#phase === 'up') {
      if (packet[0] === packetTypes.event && packet[1] === eventCodes.hardwareError) {
        this.loseSync(`the controller reports hardware error ${packet[3]}`);
        return;
      }
      const answer = readCommandAnswer(packet);
      if (answer !== undefined) this.#flow.answer(answer.opcode, answer.credits);
      this.#hub.emitPacket(packet, atMs);
      this.#pump();
    }
  }

  /** The two sides no longer understand each other: everything queued is dropped and the controller is reset. */
  loseSync(reason: string): void {
    if (this.#phase !== 'up') return;
    this.#lastFault = reason;
    this.#beginReset();
  }

  /** The wire broke, or the controller stopped answering. */
  fail(error: BeaconError): void {
    if (this.#phase === 'closed') return;
    this.#end(error);
    this.#closing ??= this.#closeWire();
  }

  isUp(): boolean {
    return this.#phase === 'up';
  }

  onPacket(listener: (packet: Uint8Array, atMs: number) => void): () => void {
    return this.#hub.onPacket(listener);
  }

  onSent(listener: (packet: Uint8Array, atMs: number) => void): () => void {
    return this.#hub.onSent(listener);
  }

  onReset(listener: () => void): () => void {
    return this.#hub.onReset(listener);
  }

  onClosed(listener: (error: BeaconError | undefined) => void): () => void {
    return this.#hub.onClosed(listener);
  }

  close(): Promise<void> {
    this.#end(undefined);
    this.#closing ??= this.#closeWire();
    return this.#closing;
  }

  #beginReset(): void {
    this.#phase = 'resetting';
    this.#triesLeft = this.#limits.resetTries;
    this.#flow.clear(0);
    this.#tryReset();
  }

  #tryReset(): void {
    if (this.#triesLeft-- <= 0) {
      const tries = `${this.#limits.resetTries} resets of ${this.#limits.resetAnswerMs} ms each`;
      this.fail(
        new BeaconError('hci-timeout', `${this.address}: no answer to ${tries} (reset because ${this.#lastFault})`),
      );
      return;
    }
    this.#wire?.expectReset();
    this.#arm(this.#limits.resetAnswerMs, () => this.#tryReset());
    this.#write(encodeCommand(resetOpcode, new Uint8Array(0)));
  }

  /**
   * Whoever asked for the reset, its effect is the same: masks, address, data and scanning are gone. The event goes to
   * the listeners, since bleno and noble initialise the controller again when they read it.
   */
  #finishReset(packet: Uint8Array, atMs: number): void {
    this.#phase = 'up';
    this.#flow.clear(readCommandAnswer(packet)?.credits ?? 1);
    this.#arm(undefined);
    const isFirst = !this.#hasBeenUp;
    this.#hasBeenUp = true;
    this.#opening?.resolve();
    this.#opening = undefined;
    if (isFirst) return;
    // First everybody forgets what was under way, then bleno and noble begin anew.
    this.#hub.emitReset();
    this.#hub.emitPacket(packet, atMs);
    this.#pump();
  }

  #pump(): void {
    for (;;) {
      if (this.#phase !== 'up') return;
      const command = this.#flow.take(performance.now());
      if (command === undefined) break;
      this.#write(command);
    }
    const sinceMs = this.#flow.waitingSinceMs();
    if (sinceMs === undefined) this.#arm(undefined);
    else this.#arm(sinceMs + this.#limits.commandAnswerMs - performance.now(), () => this.#missAnswer());
  }

  #missAnswer(): void {
    const opcode = this.#flow.oldestOpcode();
    const what =
      opcode === undefined ? 'it grants no credit for a command' : `it does not answer ${nameOpcode(opcode)}`;
    this.loseSync(what);
  }

  #write(packet: Uint8Array): void {
    const atMs = performance.now();
    this.#tap?.('sent', packet, atMs);
    this.#hub.emitSent(packet, atMs);
    this.#wire?.write(packet);
  }

  #end(error: BeaconError | undefined): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#arm(undefined);
    this.#flow.clear(0);
    this.#opening?.reject(error ?? new BeaconError('radio-lost', `${this.address}: closed while it was being opened`));
    this.#opening = undefined;
    this.#hub.emitClosed(error);
  }

  async #closeWire(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.closeMs);
    });
    await Promise.race([this.#wire?.close(), limit]);
    clearTimeout(timer);
  }

  #arm(delayMs: number | undefined, act: () => void = () => {}): void {
    clearTimeout(this.#timer);
    this.#timer = delayMs === undefined ? undefined : setTimeout(act, Math.max(0, delayMs));
  }
}
