import { drawLinkFading, fadingAt, ricianKAt } from './fading.js';
import { generateCall } from './office-call.js';
import { officeParameters } from './parameters.js';
import { createRandomStream, type RandomStream } from './random-stream.js';
import { findSetting, type Setting } from './setting.js';
import { meanOf, quantileOf, standardDeviationOf } from './statistics.js';

/** One figure of the office beside the same figure of recordings. */
export interface Check {
  readonly name: string;
  readonly office: number;
  /** Measured (note, §1.2, §1.3 and §4), from and to. */
  readonly measured: readonly [number, number];
  /** The office may lie outside by so much: the recordings themselves do not agree better. */
  readonly tolerance: number;
  readonly isWithin: boolean;
}

/** The recordings' set-up: links of 1.83 m without a body, ten seconds long. */
const RUN_MS = 10_000;
const STEP_MS = 100;
const DISTANCE_M = 1.83;

/**
 * Draws links as the recordings had them and compares: if the office did not look like them, its results would mean little.
 * @param links how many links and calls.
 */
export function checkOffice(seed: number, links: number): readonly Check[] {
  const random = createRandomStream(seed, 'checks');
  const runs = Array.from({ length: links }, () => drawRun(random));
  const spreads = runs.map(({ channels }) => {
    const means = channels.map(meanOf);
    return Math.max(...means) - Math.min(...means);
  });
  const withinChannel = runs.flatMap(({ channels }) => channels.map(standardDeviationOf));
  const first = runs.map(({ channels }) => channels[0] as readonly number[]);
  return [
    check('channel spread, median, dB', quantileOf(spreads, 0.5), [5.7, 5.7], 1),
    check('channel spread, p90, dB', quantileOf(spreads, 0.9), [10.4, 10.4], 1.5),
    check('sd within one channel, median, dB', quantileOf(withinChannel, 0.5), [3.7, 4.1], 0.6),
    check(
      'sd within a run over three channels, dB',
      meanOf(runs.map(({ mixed }) => standardDeviationOf(mixed))),
      [4, 4.6],
      0.6,
    ),
    check('one channel, correlation at 100 ms', autocorrelation(first, 1), [0.25, 0.25], 0.08),
    check('one channel, correlation at 200 ms', autocorrelation(first, 2), [0.1, 0.1], 0.08),
    check('one channel, correlation at 300 ms', autocorrelation(first, 3), [0.05, 0.05], 0.08),
    check('sd between poses at the neighbour, dB', betweenPoses(seed, links), [6.6, 8.4], 0.6),
  ];
}

interface Run {
  /** Levels each 100 ms on each channel, dB. */
  readonly channels: readonly (readonly number[])[];
  /** The same with the channel changing every 100 ms. */
  readonly mixed: readonly number[];
}

function drawRun(random: RandomStream): Run {
  const fading = drawLinkFading(ricianKAt(DISTANCE_M), random);
  const channels: number[][] = [[], [], []];
  const mixed: number[] = [];
  for (let i = 0; i * STEP_MS < RUN_MS; i += 1) {
    channels.forEach((levels, channel) => {
      const noise = officeParameters.packetNoiseSdDb * random.normal();
      const level = Math.round(-65 + fadingAt(fading, channel, i * STEP_MS, random) + noise);
      levels.push(level);
      if (i % 3 === channel) mixed.push(level);
    });
  }
  return { channels, mixed };
}

/** Correlation of levels so many steps apart, over all runs, each about its own mean. */
function autocorrelation(runs: readonly (readonly number[])[], lag: number): number {
  let together = 0;
  let alone = 0;
  for (const run of runs) {
    const mean = meanOf(run);
    const products = run.slice(lag).map((level, i) => (level - mean) * ((run[i] as number) - mean));
    together += meanOf(products);
    alone += meanOf(run.map((level) => (level - mean) ** 2));
  }
  return together / alone;
}

/** Spread of the own beacon's mean level from call to call at a neighbour's desk, phones and ways of carrying mixed. */
function betweenPoses(seed: number, calls: number): number {
  const means: number[] = [];
  for (let index = 0; index < calls; index += 1) {
    const call = generateCall(findSetting('main') as Setting, { seed, set: 'trial', studyClass: 'neighbour', index });
    const levels = call.packets.filter(({ link }) => link.isOwn).map(({ rssiDbm }) => rssiDbm);
    if (levels.length > 2) means.push(meanOf(levels));
  }
  return standardDeviationOf(means);
}

function check(name: string, office: number, measured: readonly [number, number], tolerance: number): Check {
  const isWithin = office >= measured[0] - tolerance && office <= measured[1] + tolerance;
  return { name, office, measured, tolerance, isWithin };
}
