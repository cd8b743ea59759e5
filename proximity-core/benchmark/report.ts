import type { CallReport } from './calls.js';
import type { Ratio } from './decode.js';
import type { EngineReport, Spread } from './engines.js';
import type { Timing } from './measure.js';
import type { Size } from './sizes.js';

export interface Report {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly commit: string;
    readonly seed: number;
  };
  /** Absent where they are not installed. */
  readonly rivals?: Readonly<Record<string, string>>;
  readonly timings: readonly Timing[];
  readonly ratios: readonly Ratio[];
  readonly call: Omit<CallReport, 'timings'>;
  readonly sizes: readonly Size[];
  readonly engines: readonly EngineReport[];
}

/** The report for people. */
export function textOf({ machine, rivals, timings, ratios, call, sizes, engines }: Report): string {
  const { cpu, cores, node, commit, seed } = machine;
  const lines = [
    `${cpu}, ${cores} cores, Node ${node}, commit ${commit}, seed ${seed}, ${timings[0]?.rounds ?? 0} rounds`,
  ];
  if (rivals !== undefined) {
    lines.push(
      `rivals: ${Object.entries(rivals)
        .map((entry) => entry.join(' '))
        .join(', ')}`,
    );
  }
  lines.push('', `${'ns of CPU time an operation'.padEnd(78)}      min   median      max  n a round`);
  for (const timing of timings) lines.push(rowOf(timing));
  if (ratios.length > 0) lines.push('', 'times faster than', ...ratios.map(ratioRow));
  const { packetUs, packetTargetUs, heap } = call;
  const lookUs = (timings.find(({ id }) => id === 'look')?.medianNs ?? 0) / 1000;
  lines.push(
    '',
    `one packet end to end: ${packetUs.toFixed(2)} µs (target: less than ${packetTargetUs} µs, ${verdict(packetUs < packetTargetUs)})`,
    `and up to ${lookUs.toFixed(0)} µs more where a look falls due before it`,
    `heap from packet ${heap.fromPackets} to ${heap.packets} of one call: ${heap.growthBytes} bytes more, ` +
      `${heap.growthBytesPerPacket.toFixed(3)} a packet; state ${heap.stateCharacters.join(' → ')} characters`,
  );
  lines.push('', 'minified, and with gzip, bytes');
  for (const { id, minifiedBytes, gzipBytes } of sizes)
    lines.push(`${id.padEnd(24)}${String(minifiedBytes).padStart(8)}${String(gzipBytes).padStart(8)}`);
  lines.push(
    '',
    'the built file in other engines; limits for Hermes: ready in 30 ms, a round of 15 beacons below 3 ms',
  );
  for (const engine of engines) lines.push(...engineRows(engine));
  return `${lines.join('\n')}\n`;
}

function engineRows(engine: EngineReport): readonly string[] {
  const { name, why, version, readyMs, roundMs, heap } = engine;
  if (readyMs === undefined || roundMs === undefined) return [`${name}: not measured, ${why}`];
  const ms = (value: number | undefined): string => `${(value ?? Number.NaN).toFixed(2)} ms`;
  const spread = ({ median, least, most }: Spread): string =>
    `${median.toFixed(1)} ms (${least.toFixed(1)} to ${most.toFixed(1)})`;
  return [
    `${name} (${version})`,
    `  load to ready, n = ${readyMs[3].n}: ${spread(readyMs[3])} with 3 desks, ${spread(readyMs[50])} with 50`,
    `  15 beacons: ${ms(roundMs.median)}, ${ms(roundMs.most)} with a look; 50 desks prepared in ${ms(engine.prepareMs)}, ` +
      `a call opened in ${ms(engine.openPreparedMs)} with them, ${ms(engine.openProfileMs)} without`,
    heap === undefined
      ? '  does not tell its memory'
      : `  memory over ${heap.packets} packets: ${heap.firstOctets} → ${heap.lastOctets} octets, ` +
        `${heap.slopeInterval.map((value) => value.toFixed(0)).join(' to ')} in 100 000 (95 %): ${heap.isFlat ? 'flat' : 'not shown to be flat'}`,
  ];
}

function rowOf({ about, n, minNs, medianNs, maxNs }: Timing): string {
  const columns = [minNs, medianNs, maxNs].map((value) => value.toFixed(value < 1000 ? 1 : 0).padStart(9));
  return `${about.padEnd(78)}${columns.join('')}${String(n).padStart(11)}`;
}

function ratioRow({ about, rival, ratio, target }: Ratio): string {
  const met = verdict(ratio >= target);
  return `  ${rival.padEnd(36)}${about.padEnd(34)}${ratio.toFixed(1).padStart(6)} (target ${target}, ${met})`;
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}
