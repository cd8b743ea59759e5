/** What can be made to go wrong with a controller's answers, at run time and for tests. */

export type FaultKind = 'refuse' | 'late' | 'lost' | 'duplicate';

export const faultKinds: readonly FaultKind[] = ['refuse', 'late', 'lost', 'duplicate'];

/**
 * - `refuse`: the command is not executed and answered with `status`, by Command Complete or by Command Status (as
 *   BlueZ's `btvirt -U` does).
 * - `late`: executed, answered after `delayUs`.
 * - `lost`: executed, never answered.
 * - `duplicate`: executed, answered twice.
 */
export interface Fault {
  readonly kind: FaultKind;
  /** The command it befalls; any command where absent. */
  readonly opcode?: number | undefined;
  /** How many commands it befalls: 1..1 000 000. */
  readonly times: number;
  readonly status?: number | undefined;
  readonly isByCommandStatus?: boolean | undefined;
  readonly delayUs?: number | undefined;
}

export interface FaultList {
  /** @throws {RangeError} if a number is out of range or 64 faults are waiting. */
  add(fault: Fault): void;
  /** @returns the first fault that befalls this command, counted down; `undefined` if all goes well. */
  take(opcode: number): Fault | undefined;
  clear(): void;
}

const faultLimit = 64;

export function createFaultList(): FaultList {
  let waiting: { readonly fault: Fault; left: number }[] = [];

  return {
    add: (fault) => {
      if (waiting.length >= faultLimit) throw new RangeError(`fault: expected at most ${faultLimit} waiting`);
      requireInteger('times', fault.times, 1, 1_000_000);
      requireInteger('status', fault.status ?? 0x0c, 1, 0xff);
      requireInteger('delayUs', fault.delayUs ?? 0, 0, 600_000_000);
      requireInteger('opcode', fault.opcode ?? 0, 0, 0xffff);
      waiting.push({ fault, left: fault.times });
    },
    take: (opcode) => {
      const entry = waiting.find(({ fault }) => fault.opcode === undefined || fault.opcode === opcode);
      if (entry === undefined) return undefined;
      entry.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return entry.fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}

function requireInteger(label: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`fault ${label}: expected ${least}..${most}, got ${value}`);
  }
}
