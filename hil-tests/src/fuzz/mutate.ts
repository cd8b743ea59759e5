import type { RandomStream } from '../study/random-stream.js';
import { drawBelow, drawOctets, drawOne } from './target.js';

export interface MutationOptions {
  readonly mostOctets: number;
  readonly dictionary: readonly Uint8Array[];
  /** Another input of the corpus, to splice with. */
  readonly other: Uint8Array;
}

const MOST_STEPS = 4;
const MOST_RUN = 16;
/** Where counters, lengths and signs turn over. */
const interesting = [0x00, 0x01, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff] as const;

type Mutation = (input: Uint8Array, random: RandomStream, options: MutationOptions) => Uint8Array;

const flipBit: Mutation = (input, random) => {
  const changed = input.slice();
  const at = drawBelow(random, changed.length);
  changed[at] = (changed[at] as number) ^ (1 << drawBelow(random, 8));
  return changed;
};
const setOctet: Mutation = (input, random) => {
  const changed = input.slice();
  changed[drawBelow(random, changed.length)] =
    random.uniform() < 0.5 ? drawOne(random, interesting) : drawBelow(random, 256);
  return changed;
};
const addToOctet: Mutation = (input, random) => {
  const changed = input.slice();
  const at = drawBelow(random, changed.length);
  changed[at] = (changed[at] as number) + drawBelow(random, 33) - 16;
  return changed;
};
const cutRun: Mutation = (input, random) => {
  const at = drawBelow(random, input.length);
  return replace(input, at, 1 + drawBelow(random, MOST_RUN), new Uint8Array(0));
};
const truncate: Mutation = (input, random) => input.slice(0, drawBelow(random, input.length));
const insertRun: Mutation = (input, random) => {
  const run = drawOctets(random, 1 + drawBelow(random, MOST_RUN));
  if (random.uniform() < 0.5) run.fill(drawOne(random, interesting));
  return replace(input, drawBelow(random, input.length + 1), 0, run);
};
const repeatRun: Mutation = (input, random) => {
  const from = drawBelow(random, input.length);
  const run = input.slice(from, from + 1 + drawBelow(random, 4 * MOST_RUN));
  return replace(input, drawBelow(random, input.length + 1), 0, run);
};
const insertPiece: Mutation = (input, random, { dictionary }) =>
  dictionary.length === 0 ? input : replace(input, drawBelow(random, input.length + 1), 0, drawOne(random, dictionary));
const overwriteWithPiece: Mutation = (input, random, { dictionary }) => {
  if (dictionary.length === 0) return input;
  const piece = drawOne(random, dictionary);
  return replace(input, drawBelow(random, input.length + 1), piece.length, piece);
};
const splice: Mutation = (input, random, { other }) => {
  const head = input.subarray(0, drawBelow(random, input.length + 1));
  return replace(head, head.length, 0, other.subarray(drawBelow(random, other.length + 1)));
};

const mutations = [
  ...[flipBit, setOctet, addToOctet, cutRun, truncate, insertRun],
  ...[repeatRun, insertPiece, overwriteWithPiece, splice],
] as const;
const forEmpty = [insertRun, insertPiece, splice] as const;

/** @returns a changed copy: one to four changes, one on top of the other. */
export function mutate(input: Uint8Array, random: RandomStream, options: MutationOptions): Uint8Array {
  let changed = input;
  for (let steps = 1 + drawBelow(random, MOST_STEPS); steps > 0; steps -= 1) {
    changed = drawOne<Mutation>(random, changed.length === 0 ? forEmpty : mutations)(changed, random, options);
  }
  return changed.slice(0, options.mostOctets);
}

function replace(input: Uint8Array, at: number, octets: number, by: Uint8Array): Uint8Array {
  const tail = input.subarray(Math.min(at + octets, input.length));
  const changed = new Uint8Array(at + by.length + tail.length);
  changed.set(input.subarray(0, at));
  changed.set(by, at);
  changed.set(tail, at + by.length);
  return changed;
}
