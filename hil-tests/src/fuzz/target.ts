import type { RandomStream } from '../study/random-stream.js';

/** What is fuzzed: a reader of octets from outside, with what must hold whatever the octets are. */
export interface FuzzTarget {
  readonly name: string;
  /** Longer inputs are cut. */
  readonly mostOctets: number;
  /** Pieces that the format is made of: mutations insert them whole. */
  readonly dictionary: readonly Uint8Array[];
  /** Valid inputs to begin with. */
  seeds(): readonly Uint8Array[];
  /** An input that has the structure of a valid one, with fields drawn. */
  generate?(random: RandomStream): Uint8Array;
  /** Whatever it throws is a finding. It keeps nothing from one input to the next. */
  run(input: Uint8Array): void | Promise<void>;
  /** How many packets its inputs have come to so far, where an input is a conversation. */
  packets?(): number;
}

/** A property of a target that does not hold. */
export class PropertyBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PropertyBroken';
  }
}

/** @throws PropertyBroken with what was to hold. */
export function mustHold(holds: boolean, what: string): asserts holds {
  if (!holds) throw new PropertyBroken(what);
}

export function octetsOf(...texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => new Uint8Array(Buffer.from(text, 'utf8')));
}

/** @returns a whole number from 0 to below the limit. */
export function drawBelow(random: RandomStream, limit: number): number {
  return Math.floor(random.uniform() * limit);
}

export function drawOne<T>(random: RandomStream, of: readonly T[]): T {
  return of[drawBelow(random, of.length)] as T;
}

export function drawOctets(random: RandomStream, octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, () => drawBelow(random, 256));
}
