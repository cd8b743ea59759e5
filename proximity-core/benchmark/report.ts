import type { CallReport } from './calls.js';
import type { Ratio } from './decode.js';
import { enginesText } from './engines/engines-text.js';
import type { EnginesReport } from './engines/measure-engines.js';
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
  /** Absent where it was not asked for. */
  readonly engines?: EnginesReport;
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
  if (engines !== undefined) lines.push(...enginesText(engines));
  return `${lines.join('\n')}\n`;
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
