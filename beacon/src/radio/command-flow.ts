import { readOpcode } from './hci-packets.js';

/** One command on its way: written to the controller, not answered. */
interface SentCommand {
  readonly opcode: number;
  readonly atMs: number;
}

/**
 * Command flow control as Bluetooth Core Vol 4 Part E §4.4 asks for it: a host may have as many commands under way as
 * the controller's last Num_HCI_Command_Packets granted. bleno and noble write ten commands at once and count nothing.
 *
 * A grant that was made before the controller read a command under way would be counted double, so what is under way
 * is subtracted from every grant. That is at worst slower, never wrong.
 */
export class CommandFlow {
  readonly #limit: number;
  readonly #queue: Uint8Array[] = [];
  readonly #sent: SentCommand[] = [];
  #credits = 0;
  #stalledAtMs: number | undefined;

  /** @param limit how many commands may wait, at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false when the queue is full; the command is not taken then. */
  enqueue(command: Uint8Array): boolean {
    if (this.#queue.length >= this.#limit) return false;
    this.#queue.push(command);
    return true;
  }

  /** @returns the next command that may be written now, counted as written, or undefined. */
  take(nowMs: number): Uint8Array | undefined {
    if (this.#credits <= 0) {
      if (this.#queue.length > 0) this.#stalledAtMs ??= nowMs;
      return undefined;
    }
    const command = this.#queue.shift();
    if (command === undefined) return undefined;
    this.#credits--;
    this.#sent.push({ opcode: readOpcode(command) ?? 0, atMs: nowMs });
    return command;
  }

  /** Notes an answer: the oldest command of that opcode is done, and `credits` more are allowed. */
  answer(opcode: number, credits: number): void {
    const index = this.#sent.findIndex((command) => command.opcode === opcode);
    if (index >= 0) this.#sent.splice(index, 1);
    this.#credits = Math.max(0, credits - this.#sent.length);
    if (this.#credits > 0) this.#stalledAtMs = undefined;
  }

  /** Forgets everything, as after a reset of the controller. */
  clear(credits: number): void {
    this.#queue.length = 0;
    this.#sent.length = 0;
    this.#credits = credits;
    this.#stalledAtMs = undefined;
  }

  /** @returns since when, in ms, the oldest command waits for its answer or the queue for a credit. */
  waitingSinceMs(): number | undefined {
    return this.#sent[0]?.atMs ?? this.#stalledAtMs;
  }

  /** @returns the opcode of the command that waits longest for its answer. */
  oldestOpcode(): number | undefined {
    return this.#sent[0]?.opcode;
  }
}
