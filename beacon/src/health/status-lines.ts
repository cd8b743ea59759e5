/** The status for people: one sentence, then a table. */
import type { OnAir } from './status.js';
import { type StatusField, statusFields } from './status-fields.js';
import { fieldOf } from './status-schema.js';

type Told = Readonly<Record<string, unknown>>;

/** @param status of a daemon of this version or another: what is not there is left out. */
export function renderStatus(status: Told): string {
  const rows = statusFields
    .filter(({ path }) => path !== 'version' && path !== 'onAir')
    .flatMap((field) => rowsFor(field, fieldOf(status, field.path)));
  const width = Math.max(...rows.map(([label]) => label.length));
  return [verdictOf(status), '', ...rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`), ''].join('\n');
}

/** Says in words whether the beacon is on the air. */
function verdictOf(status: Told): string {
  const radio = fieldOf(status, 'radio.address');
  const where = typeof radio === 'string' ? ` by ${plain(radio)}` : '';
  const left = status.windowLeftS;
  const sentences: Readonly<Record<OnAir, string>> = {
    frames: `On the air${where}: phones at this desk stay quiet.`,
    'ring-all': `On the air${where} without the frame that silences (ring-all): every phone rings.`,
    pairing: `Not on the air as a desk: it waits to be paired${typeof left === 'number' ? `, ${duration(left)} more` : ''}. Phones ring.`,
    central: `Not on the air: somebody is connected, ${duration(Number(fieldOf(status, 'central.connectedS') ?? 0))} so far. Phones ring.`,
    silent:
      fieldOf(status, 'radio.isUp') === false
        ? `NOT on the air: the adapter${where} is down. Phones ring.`
        : 'NOT on the air. Phones ring.',
  };
  const { onAir } = status;
  return typeof onAir === 'string' && Object.hasOwn(sentences, onAir)
    ? sentences[onAir as OnAir]
    : 'The daemon runs, and does not say whether it is on the air.';
}

function rowsFor({ label, path, unit, type }: StatusField, value: unknown): readonly (readonly [string, string])[] {
  if (value === undefined || value === '') return [];
  if (type === 'counts' && typeof value === 'object' && value !== null)
    return Object.entries(value).map(([kind, count]) => [`${label}: ${plain(kind)}`, String(count)] as const);
  if (typeof value === 'boolean') return [[label, value ? 'yes' : 'no']];
  if (typeof value !== 'number') return [[label, plain(String(value))]];
  // Counters of seconds are no durations.
  const isCounter = path === 'identity.counterS' || path === 'identity.windowStartS';
  if (unit === 's' && !isCounter) return [[label, duration(value)]];
  if (unit === 'Unix ms') return [[label, instant(value)]];
  return [[label, unit === undefined ? String(value) : `${value} ${unit}`]];
}

/** @returns the two largest units: `4 min 10 s`. */
export function duration(s: number): string {
  if (s < 60) return `${s} s`;
  const whole = Math.round(s);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function instant(unixMs: number): string {
  const date = new Date(unixMs);
  return Number.isNaN(date.getTime()) ? String(unixMs) : date.toISOString();
}

/** What an owner wrote must not steer a terminal. */
function plain(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
