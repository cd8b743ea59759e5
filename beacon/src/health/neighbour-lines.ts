import type { Neighbour } from './neighbours.js';

/** @returns what was heard, for people: a line a beacon, the loudest first. */
export function renderNeighbours(told: Readonly<Record<string, unknown>>): string {
  const { listened } = told as {
    readonly listened?: { readonly atUnixMs: number; readonly neighbours: readonly Neighbour[] };
  };
  if (listened === undefined) return 'It has not listened since its start; --listen makes it.\n';
  const { atUnixMs, neighbours } = listened;
  const at = new Date(atUnixMs).toISOString().slice(0, 16).replace('T', ' ');
  if (neighbours.length === 0) return `It heard no other beacon of the organisation (${at} UTC).\n`;
  const rows = neighbours.map(({ major, minor, packets, medianRssiDbm, hasProof }) =>
    [
      `${major}/${minor}`.padEnd(13),
      `${medianRssiDbm} dBm`.padStart(8),
      `${packets} packets`.padStart(13),
      hasProof ? '' : '  proves nothing',
    ].join(''),
  );
  return [`heard at ${at} UTC; whose they are, deskbeacon links knows`, ...rows, ''].join('\n');
}
