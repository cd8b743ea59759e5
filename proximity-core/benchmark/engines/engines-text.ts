import type { EngineFigures, EnginesReport } from './measure-engines.js';
import { FLAT_OCTETS_PER_PACKET, type Spread } from './statistics.js';

/** The engines for people. */
export function enginesText({ measured, absent, readyLimitMs, batchLimitMs, ...rest }: EnginesReport): string[] {
  const { askedPackets } = rest;
  const processes = measured[0]?.ready[0]?.ready.n ?? 0;
  return [
    '',
    `the built file in other engines, ms: median (and range; of batches 95 %); ready over ${processes} fresh processes`,
    `  targets in Hermes: ready in ${readyLimitMs}, 15 packets in ${batchLimitMs}`,
    ...measured.flatMap(rowsOf),
    ...absent.map(({ name, why }) => `${name}: not measured, ${why}`),
    `flat: the interval is under ${FLAT_OCTETS_PER_PACKET} octet a packet; of ${askedPackets} packets the first tenth is left out`,
  ];
}

function rowsOf(figures: EngineFigures): string[] {
  const { name, version, ready, batch, batchOfPackets, batchWithLook, packetWithLook, prepare, memory } = figures;
  const { openPrepared, openProfile } = figures;
  const { packets, samples, slope, verdict } = memory;
  const [first, last] = [samples[0]?.[1], samples[samples.length - 1]?.[1]];
  const heap =
    slope === undefined
      ? 'cannot be told'
      : `${first} → ${last} octets in ${packets} packets, ${octets(slope.per100kPackets)} for 10^5 ` +
        `(${octets(slope.low)} to ${octets(slope.high)}), ${verdict}`;
  return [
    `${name} (${version})`,
    ...ready.map(
      ({ desks, ready: whole, evaluated, prepared, opened, firstBatch }) =>
        `  ready, ${String(desks).padStart(2)} desks: ${range(whole)}; evaluated ${ms(evaluated)}, prepared ${ms(prepared)}, ` +
        `opened ${ms(opened)}; first 15 packets ${ms(firstBatch)}`,
    ),
    `  15 packets: ${ms(batch)}, 95 % ${batch.p95.toFixed(2)} (${batch.n} batches)`,
    `    without a look ${ms(batchOfPackets)}, 95 % ${batchOfPackets.p95.toFixed(2)} (${batchOfPackets.n}); ` +
      `with one ${ms(batchWithLook)}, 95 % ${batchWithLook.p95.toFixed(2)} (${batchWithLook.n}), ` +
      `of it the packet that brings it ${ms(packetWithLook)}, 95 % ${packetWithLook.p95.toFixed(2)}`,
    `  50 desks: prepare ${range(prepare)}; open prepared ${range(openPrepared)}, from the profile ${range(openProfile)}`,
    `  heap: ${heap}`,
  ];
}

function ms({ median }: Spread): string {
  return median.toFixed(2);
}

function range({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function octets(value: number): string {
  return String(Math.round(value));
}
