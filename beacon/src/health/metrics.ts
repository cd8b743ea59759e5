/** The status as Prometheus reads it: text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
import { onAirStates } from './status.js';
import { type StatusMetric, statusFields } from './status-fields.js';
import { fieldOf } from './status-schema.js';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Told = Readonly<Record<string, unknown>>;
interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** @returns every metric that the status has a value for. No key, identity, address or name is among them. */
export function renderMetrics(status: Told): string {
  const families = statusFields.flatMap(({ path, meaning, metric }) =>
    metric === undefined ? [] : [family(metric, meaning, samplesOf(metric, fieldOf(status, path)))],
  );
  return [...stateFamilies(status), ...families].join('');
}

function stateFamilies(status: Told): readonly string[] {
  const version = fieldOf(status, 'daemon.version');
  const node = fieldOf(status, 'daemon.node');
  const states = onAirStates.map((state) => ({ labels: { state }, value: status.onAir === state ? 1 : 0 }));
  return [
    family({ name: 'deskbeacon_build_info', type: 'gauge' }, 'versions of the daemon and of Node', [
      { labels: { version: String(version), node: String(node) }, value: 1 },
    ]),
    family({ name: 'deskbeacon_on_air', type: 'gauge' }, '1 for the state that the beacon is in', states),
  ];
}

function samplesOf({ scale = 1, label }: StatusMetric, value: unknown): readonly Sample[] {
  if (typeof value === 'boolean') return [{ value: value ? 1 : 0 }];
  if (typeof value === 'number') return [{ value: scale === 1 ? value : value * scale }];
  if (label === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([kind, count]) => ({ labels: { [label]: kind }, value: count }));
}

function family({ name, type }: StatusMetric, meaning: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const help = meaning.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('`', '');
  const lines = samples.map(({ labels, value }) => `${name}${writeLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function writeLabels(labels: Readonly<Record<string, string>> | undefined): string {
  if (labels === undefined) return '';
  const written = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${written.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
