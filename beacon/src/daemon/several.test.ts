import { describe, expect, it } from 'vitest';
import type { LogEntry } from './log.js';
import { type BeaconProcess, runSeveral } from './several.js';

/** Beacons whose lives the test writes, on a clock that it turns. */
function machine(names: readonly string[]) {
  let atMs = 0;
  let timers: { readonly atMs: number; readonly act: () => void }[] = [];
  const started: {
    readonly name: string;
    readonly atMs: number;
    tell(message: Record<string, string>): void;
    end(code?: number): void;
    readonly killed: string[];
  }[] = [];
  const told: string[] = [];
  const logged: LogEntry[] = [];
  const stop = new AbortController();
  const start = (name: string): BeaconProcess => {
    let onTold = (_message: Readonly<Record<string, string>>): void => {};
    let onEnded = (_code: number | undefined): void => {};
    const killed: string[] = [];
    const process = {
      name,
      atMs,
      tell: (message: Record<string, string>) => onTold(message),
      end: (code?: number) => onEnded(code),
      killed,
    };
    started.push(process);
    return {
      kill: (signal) => void killed.push(signal),
      onTold: (listener) => {
        onTold = listener;
      },
      onEnded: (listener) => {
        onEnded = listener;
      },
    };
  };
  const several = runSeveral({
    names,
    start,
    signal: stop.signal,
    manager: {
      ready: (status) => told.push(`READY ${status}`),
      alive: () => told.push('ALIVE'),
      status: (text) => told.push(text),
    },
    log: (entry) => logged.push(entry),
    nowMs: () => atMs,
    random: () => 1,
    after: (ms, act) => {
      const timer = { atMs: atMs + ms, act };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
  return {
    several,
    started,
    told,
    logged,
    stop,
    pass(ms: number): void {
      const untilMs = atMs + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        atMs = next.atMs;
        next.act();
      }
      atMs = untilMs;
    },
    last: (name: string) => started.filter((one) => one.name === name).at(-1),
  };
}

describe('several beacons', () => {
  it('are each a process, and the machine is ready with the first that is on the air', () => {
    const { started, told, last } = machine(['window', 'door']);
    expect(started.map(({ name }) => name)).toEqual(['window', 'door']);
    last('door')?.tell({ READY: '1', STATUS: 'on the air' });
    expect(told).toEqual(['READY 1 of 2 beacons on the air; not: window']);
    last('window')?.tell({ READY: '1' });
    expect(told.at(-1)).toBe('2 of 2 beacons on the air');
  });

  it('start again one by one, after ever longer waits up to half a minute, and at once again after a steady minute', () => {
    const { started, last, pass } = machine(['window', 'door']);
    const starts = (): number[] => started.filter(({ name }) => name === 'door').map(({ atMs }) => atMs);
    for (let i = 0; i < 9; i += 1) {
      last('door')?.end(69);
      pass(30_000);
    }
    const waits = starts()
      .slice(1)
      .map((atMs, i) => atMs - 30_000 * i);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    pass(60_000);
    const endedMs = 9 * 30_000 + 60_000;
    last('door')?.end(69);
    pass(500);
    expect(starts().at(-1)).toBe(endedMs + 500);
    expect(started.filter(({ name }) => name === 'window').length).toBe(1);
  });

  it('are ended when they tell nothing any more, and only those', () => {
    const { last, pass, told } = machine(['window', 'door']);
    last('door')?.tell({ READY: '1' });
    last('window')?.tell({ READY: '1' });
    for (let i = 0; i < 12; i += 1) {
      pass(20_000);
      last('window')?.tell({ WATCHDOG: '1' });
    }
    expect(last('door')?.killed).toContain('SIGKILL');
    expect(last('window')?.killed).toEqual([]);
    expect(told.filter((one) => one === 'ALIVE').length).toBeGreaterThan(10);
  });

  it('do not count as alive while none of them is on the air', () => {
    const { told, pass } = machine(['window']);
    pass(60_000);
    expect(told).not.toContain('ALIVE');
  });

  it('are not started again where settings are wrong; the others go on, and all wrong ends it with their code', async () => {
    const { several, started, last, pass, logged } = machine(['window', 'door']);
    last('door')?.end(78);
    pass(60_000);
    expect(started.length).toBe(2);
    expect(logged.map(({ event }) => event)).toContain('beacon-given-up');
    last('window')?.end(2);
    await expect(several.ended).resolves.toBe(2);
  });

  it('end with the signal, those that do not by force, and nothing is started any more', async () => {
    const { several, started, last, stop, pass } = machine(['window', 'door', 'shelf']);
    last('shelf')?.end(69);
    stop.abort();
    expect([last('window')?.killed, last('door')?.killed]).toEqual([['SIGTERM'], ['SIGTERM']]);
    last('window')?.end(0);
    pass(4000);
    expect(last('door')?.killed).toEqual(['SIGTERM', 'SIGKILL']);
    last('door')?.end();
    await expect(several.ended).resolves.toBe(0);
    expect(started.length).toBe(3);
  });

  it('are all told to read their settings again', () => {
    const { several, started } = machine(['window', 'door']);
    several.pass('SIGHUP');
    expect(started.map(({ killed }) => killed)).toEqual([['SIGHUP'], ['SIGHUP']]);
  });
});
