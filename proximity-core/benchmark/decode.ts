import { deepStrictEqual } from 'node:assert/strict';
import { decodeFrame, formatAsAdvlib, formatAsScanner, readStrings } from './formats.js';
import { type Kind, kinds, SAMPLES, type Sample, samplesOf } from './frames.js';
import { measureTogether, type Subject, type Timing } from './measure.js';
import type { Parsed, Rivals } from './rivals.js';

/** Decoding one advertisement: ours, and what rivals make of the same one. */

/** How many times faster we are, by the medians. */
export interface Ratio {
  readonly about: string;
  readonly rival: string;
  readonly ratio: number;
  readonly target: number;
}

export interface DecodeReport {
  readonly timings: readonly Timing[];
  readonly ratios: readonly Ratio[];
}

const VALIDATED_TARGET = 20;
const FORMATTED_TARGET = 5;

const scannerFields: Readonly<Record<Kind, string>> = {
  ibeacon: 'iBeacon',
  'eddystone-uid': 'eddystoneUid',
  'eddystone-url': 'eddystoneUrl',
  'eddystone-tlm': 'eddystoneTlm',
  'eddystone-eid': 'eddystoneEid',
};
/** advlib hands the service data of an EID on as it is. */
const readByAdvlib = (kind: Kind): boolean => kind !== 'eddystone-eid';

/**
 * Measures every kind of frame. Before a kind is timed, all its samples are decoded by everybody and compared.
 * @throws AssertionError when a rival and we read different things.
 */
export function measureDecoding(rivals: Rivals | undefined, seed: number): DecodeReport {
  const timings: Timing[] = [];
  for (const kind of kinds) {
    const samples = samplesOf(kind, seed);
    if (rivals !== undefined) for (const sample of samples) compare(kind, sample, rivals);
    timings.push(...measureTogether(subjectsOf(kind, samples, rivals)));
  }
  return { timings, ratios: rivals === undefined ? [] : ratiosOf(timings) };
}

function compare(kind: Kind, { octets, payload, peripheral }: Sample, rivals: Rivals): void {
  const frame = decodeFrame(octets);
  deepStrictEqual(rivals.parsePeripheral(peripheral)?.[scannerFields[kind]], formatAsScanner(frame));
  deepStrictEqual(rivals.splitAndParse(payload), rivals.parsePeripheral(peripheral));
  if (!readByAdvlib(kind)) return;
  const theirs: Parsed = rivals.parsePayload(payload) ?? {};
  const ours = formatAsAdvlib(frame);
  // Beside the frame it tells of flags, UUIDs and a page about the manufacturer.
  deepStrictEqual(Object.fromEntries(Object.keys(ours).map((name) => [name, theirs[name]])), ours);
}

function subjectsOf(kind: Kind, samples: readonly Sample[], rivals: Rivals | undefined): readonly Subject[] {
  const over = (id: string, about: string, decode: (sample: Sample) => number): Subject => ({
    id: `${kind}/${id}`,
    about: `${kind}: ${about}`,
    run: (times) => {
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += decode(samples[i % SAMPLES] as Sample);
      return sum;
    },
  });
  const ours = over('ours', 'ours, validated', ({ octets }) => decodeFrame(octets).kind.length);
  if (rivals === undefined) return [ours];
  const field = scannerFields[kind];
  const scanner = (sample: Sample): Parsed => rivals.parsePeripheral(sample.peripheral)?.[field] as Parsed;
  const noble = (sample: Sample): Parsed => rivals.splitAndParse(sample.payload)?.[field] as Parsed;
  const advlib = (sample: Sample): Parsed => rivals.parsePayload(sample.payload) as Parsed;
  const subjects = [
    ours,
    over('scanner', 'node-beacon-scanner, AD structures split for it', (sample) =>
      Number(scanner(sample).txPower ?? 1),
    ),
    over('ours-as-scanner', 'ours as node-beacon-scanner gives it, strings read', ({ octets }) =>
      readStrings(formatAsScanner(decodeFrame(octets))),
    ),
    over('scanner-read', 'node-beacon-scanner, strings read', (sample) => readStrings(scanner(sample))),
    over('noble', 'noble splits, node-beacon-scanner reads', (sample) => Number(noble(sample).txPower ?? 1)),
    over('noble-read', 'noble splits, node-beacon-scanner reads, strings read', (sample) => readStrings(noble(sample))),
  ];
  if (!readByAdvlib(kind)) return subjects;
  return [
    ...subjects,
    over('advlib', 'advlib', (sample) => Number(advlib(sample).txPower ?? 1)),
    over('ours-as-advlib', 'ours as advlib gives it, strings read', ({ octets }) =>
      readStrings(formatAsAdvlib(decodeFrame(octets))),
    ),
    over('advlib-read', 'advlib, strings read', (sample) => readStrings(advlib(sample))),
  ];
}

function ratiosOf(timings: readonly Timing[]): readonly Ratio[] {
  const medians = new Map(timings.map(({ id, medianNs }) => [id, medianNs]));
  const pairs = [
    { rival: 'node-beacon-scanner, split for it', validated: 'scanner', like: 'ours-as-scanner' },
    { rival: 'noble + node-beacon-scanner', validated: 'noble', like: 'ours-as-scanner' },
    { rival: 'advlib', validated: 'advlib', like: 'ours-as-advlib' },
  ].flatMap(({ rival, validated, like }) => [
    { rival, ours: 'ours', theirs: validated, target: VALIDATED_TARGET, what: 'validated' },
    { rival, ours: like, theirs: `${validated}-read`, target: FORMATTED_TARGET, what: 'formatted alike' },
  ]);
  return pairs.flatMap(({ rival, ours, theirs, target, what }) => {
    let [sumOurs, sumTheirs] = [0, 0];
    const ratios = kinds.flatMap((kind): Ratio[] => {
      const [a, b] = [medians.get(`${kind}/${ours}`), medians.get(`${kind}/${theirs}`)];
      if (a === undefined || b === undefined) return [];
      sumOurs += a;
      sumTheirs += b;
      return [{ about: `${kind}, ${what}`, rival, ratio: b / a, target }];
    });
    return [...ratios, { about: `one of each, ${what}`, rival, ratio: sumTheirs / sumOurs, target }];
  });
}
