import type { PairSettings } from '../services/pairing/choose-exponent.js';
import type { PairProgress } from '../services/pairing/pair-beacon.js';
import type { Terminal } from '../terminal.js';
import type { RadioFlags } from './options.js';

export interface PairFlags extends RadioFlags {
  readonly batch?: string;
  readonly codes?: string;
  readonly desk?: string;
  readonly codeFile?: string;
  readonly power: number;
  readonly interval: number;
  readonly exponent?: number;
  readonly nearest: number;
}

export function settingsOf({ exponent, interval, power }: PairFlags): PairSettings {
  const given = exponent === undefined ? {} : { exponentK: exponent };
  return { ...given, intervalMs: interval, measuredPowerDbm: power };
}

/** One line a step; what is near is told once a second. */
export function createTeller(terminal: Terminal): (progress: PairProgress) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (progress.step !== 'looking') return terminal.say(sentences[progress.step](progress));
    if (performance.now() - toldAtMs < 1000) return;
    toldAtMs = performance.now();
    const near = progress.waiting.filter(({ levelsDbm }) => levelsDbm.length > 0);
    const list = near.slice(0, 5).map(({ told, levelsDbm }) => {
      const mark = told?.tag === progress.tag ? ' (this one)' : '';
      return `${told?.tag ?? 'unknown'} ${levelsDbm.at(-1)} dBm${mark}`;
    });
    terminal.say(`looking … ${list.length === 0 ? 'no beacon waits to be paired here yet' : list.join(' · ')}`);
  };
}

const sentences: { readonly [S in Exclude<PairProgress['step'], 'looking'>]: (progress: PairProgress) => string } = {
  found: (progress) => `found it, ${progress.step === 'found' ? progress.rssiDbm : ''} dBm`,
  identifying: (progress) =>
    `it shows itself, ${progress.step === 'identifying' ? progress.rssiDbm : ''} dBm; nearer is louder`,
  claiming: () => 'claiming it …',
  claimed: () => 'claimed: it admits nobody else from now on',
  listening: () => 'listening for its new identity …',
  heard: () => 'heard: it is on the air with the keys of this site',
  recorded: () => 'recorded',
  retrying: (progress) => `trying again: ${progress.step === 'retrying' ? progress.because : ''}`,
};
