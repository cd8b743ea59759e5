import { describe, expect, it } from 'vitest';
import { createIncidents } from './incidents.js';

const START_UNIX_MS = 1_795_000_000_000;

function makeIncidents() {
  const now = { ms: 0 };
  const incidents = createIncidents({ unixMs: () => START_UNIX_MS + now.ms, monotonicMs: () => now.ms });
  return { now, incidents };
}
const lost = { code: 'radio-lost', text: 'hci:0: the adapter is down', isDark: true };

describe('the record of what went wrong', () => {
  it('begins dark without a break, and has none once the beacon is on the air', () => {
    const { now, incidents } = makeIncidents();
    now.ms = 400;
    expect(incidents.snapshot()).toEqual({
      sinceUnixMs: START_UNIX_MS,
      darkSinceUnixMs: START_UNIX_MS,
      darkMs: 0,
      breaks: 0,
      counts: {},
      latest: [],
    });
    incidents.noteOnAir();
    const { darkMs, breaks, onAirSinceUnixMs, darkSinceUnixMs } = incidents.snapshot();
    expect({ darkMs, breaks, onAirSinceUnixMs, darkSinceUnixMs }).toEqual({
      darkMs: 0,
      breaks: 0,
      onAirSinceUnixMs: START_UNIX_MS + 400,
      darkSinceUnixMs: undefined,
    });
  });

  it('measures a break from the first incident to the next frame, and counts each incident in between', () => {
    const { now, incidents } = makeIncidents();
    incidents.noteOnAir();
    now.ms = 10_000;
    incidents.note(lost);
    now.ms = 11_000;
    incidents.note({ ...lost, code: 'radio-unavailable' });
    now.ms = 14_500;
    expect(incidents.snapshot()).toMatchObject({ darkMs: 4500, darkSinceUnixMs: START_UNIX_MS + 10_000 });
    incidents.noteOnAir();
    incidents.noteOnAir();
    now.ms = 20_000;
    const { darkMs, breaks, counts, latest } = incidents.snapshot();
    expect({ darkMs, breaks, counts }).toEqual({
      darkMs: 4500,
      breaks: 1,
      counts: { 'radio-lost': 1, 'radio-unavailable': 1 },
    });
    expect(latest.map(({ code, darkMs: ms }) => [code, ms])).toEqual([
      ['radio-lost', 4500],
      ['radio-unavailable', undefined],
    ]);
  });

  it('counts what left the beacon on the air, and begins no break by it', () => {
    const { incidents } = makeIncidents();
    incidents.noteOnAir();
    incidents.note({ code: 'bluetoothd-present', text: 'bluetoothd runs', isDark: false });
    expect(incidents.snapshot()).toMatchObject({ breaks: 0, counts: { 'bluetoothd-present': 1 } });
  });

  it('keeps the latest 32 and all counts', () => {
    const { now, incidents } = makeIncidents();
    for (let i = 0; i < 100; i += 1) {
      now.ms = i;
      incidents.note(lost);
      incidents.noteOnAir();
    }
    const { latest, counts } = incidents.snapshot();
    expect(latest.length).toBe(32);
    expect(latest.at(-1)?.atUnixMs).toBe(START_UNIX_MS + 99);
    expect(counts).toEqual({ 'radio-lost': 100 });
  });

  it('hands out copies', () => {
    const { incidents } = makeIncidents();
    incidents.note(lost);
    const before = JSON.stringify(incidents.snapshot());
    incidents.noteOnAir();
    incidents.note(lost);
    expect(before).not.toBe(JSON.stringify(incidents.snapshot()));
    expect(JSON.parse(before).counts).toEqual({ 'radio-lost': 1 });
  });
});
