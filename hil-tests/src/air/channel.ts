/**
 * The radio channel: how strongly one packet of one transmitter arrives at one receiver.
 *
 *   power = powerAt1m - 10 n log10 d - walls + shadow - carriage - direction + fading + receiver offset
 *   RSSI  = round(power + packet noise),   lost with probability sigmoid((sensitivity - RSSI) / edge)
 *
 * as in decision.md §4. Shadow, carriage, direction and half of the scattered waves are frozen for a *placement*: one
 * laying-down of the receiver somewhere, usually one call. Channels 37, 38 and 39 fade independently.
 *
 * The changing half of the scattered waves is a sum of keyed waves, c_m exp(i w_m t), with complex normal c_m and
 * Cauchy distributed w_m of scale 1/tau. As E[exp(i w dt)] = exp(-|dt|/tau), the ensemble has exactly the
 * autocorrelation of an Ornstein–Uhlenbeck process and is exactly complex normal at every instant, and yet any instant
 * can be computed alone: no state, no order of arrival. Its time is the event number times the mean event period,
 * so two runs whose phases differ by milliseconds draw the same.
 *
 * Pure: no clock, no I/O. The memo only saves work; with or without it the numbers are the same.
 */
import { type ChannelParameters, defaultChannelParameters, type Pose } from './channel-parameters.js';
import { drawComplexNormal, drawNormal, drawUniform } from './random.js';

export type ChannelIndex = 37 | 38 | 39;

export interface ChannelSample {
  readonly transmitter: string;
  readonly receiver: string;
  /** Names the laying-down of the receiver: the frozen parts are keyed by it. */
  readonly placement: string;
  readonly pose: Pose;
  /** Number of the scan within the placement, from 0. */
  readonly scanSession: number;
  readonly distanceM: number;
  readonly wallLossDb: number;
  readonly channelIndex: ChannelIndex;
  /** Advertising events of this transmitter since the receiver's scan started. */
  readonly eventNumber: number;
  /** The transmitter's mean event period in µs: interval and mean advDelay. */
  readonly eventPeriodUs: number;
  /** Power at 1 m in dBm, if not the usual one. */
  readonly powerAt1mDbm?: number | undefined;
  /** The phone's receiver offset in dB; drawn from seed and receiver where absent. */
  readonly receiverOffsetDb?: number | undefined;
}

export interface PacketObservation {
  /** Received power in dBm before packet noise and rounding: what competes in a collision. */
  readonly powerDbm: number;
  /** What the receiver reports, in whole dBm. */
  readonly rssiDbm: number;
  /** Whether the packet is decoded when nothing disturbs it. */
  readonly isDetectable: boolean;
}

export interface Channel {
  readonly parameters: ChannelParameters;
  receivedPowerDbm(sample: ChannelSample): number;
  /** @param purpose tells packets of one event apart (an advertisement from its scan response). */
  observePacket(sample: ChannelSample, purpose?: string): PacketObservation;
}

/** Scattered waves of one link on one channel: the direct and frozen part, and the waves that change with time. */
interface LinkFading {
  readonly scatterRe: number;
  readonly scatterIm: number;
  readonly directRe: number;
  readonly directIm: number;
  /** Per wave: real and imaginary part of its amplitude, and its angular frequency in rad/s. */
  readonly waves: Float64Array;
}

const memoLimit = 4096;

/** Creates a channel whose every draw is a function of `seed` and of what it is drawn for. */
export function createChannel(options: {
  readonly seed: number;
  readonly parameters?: ChannelParameters | undefined;
}): Channel {
  const { seed, parameters = defaultChannelParameters } = options;
  const memo = new Map<string, LinkFading>();

  function fadingOf(sample: ChannelSample): LinkFading {
    const key = `${sample.transmitter}\n${sample.receiver}\n${sample.placement}\n${sample.scanSession}\n${sample.channelIndex}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    if (memo.size >= memoLimit) memo.clear();
    const fading = drawLinkFading(seed, sample, parameters);
    memo.set(key, fading);
    return fading;
  }

  function receivedPowerDbm(sample: ChannelSample): number {
    return computeMeanPowerDbm(seed, sample, parameters) + computeFadingDb(fadingOf(sample), sample, parameters);
  }

  function observePacket(sample: ChannelSample, purpose = 'advertisement'): PacketObservation {
    const powerDbm = receivedPowerDbm(sample);
    const key = [purpose, ...linkKey(sample), sample.scanSession, sample.channelIndex, sample.eventNumber];
    const noiseDb = parameters.packetNoiseSdDb * drawNormal(seed, 'packet-noise', ...key);
    const rssiDbm = Math.max(-127, Math.min(20, Math.round(powerDbm + noiseDb)));
    const lossProbability = 1 / (1 + Math.exp(-(parameters.sensitivityDbm - rssiDbm) / parameters.sensitivityEdgeDb));
    return { powerDbm, rssiDbm, isDetectable: drawUniform(seed, 'detection', ...key) >= lossProbability };
  }

  return { parameters, receivedPowerDbm, observePacket };
}

/** @returns the power in dBm without fading: path loss, walls, shadow, carriage, direction, receiver. */
export function computeMeanPowerDbm(seed: number, sample: ChannelSample, parameters: ChannelParameters): number {
  const pose = parameters.poses[sample.pose];
  const link = linkKey(sample);
  const distanceM = Math.max(parameters.minimumDistanceM, sample.distanceM);
  const pathLossDb = 10 * parameters.pathLossExponent * Math.log10(distanceM);
  const shadowDb = parameters.linkShadowSdDb * drawNormal(seed, 'shadow', ...link);
  // Common to all links of the placement: no transmitter in the key.
  const carriage = drawNormal(seed, 'carriage', sample.receiver, sample.placement);
  const carriageDb = Math.max(0, pose.carriageLossDb + pose.carriageLossSdDb * carriage);
  const directionDb = pose.directionSdDb * drawNormal(seed, 'direction', ...link);
  const offsetDb =
    sample.receiverOffsetDb ?? parameters.receiverOffsetSdDb * drawNormal(seed, 'receiver-offset', sample.receiver);
  const sentDbm = sample.powerAt1mDbm ?? parameters.powerAt1mDbm;
  return sentDbm - pathLossDb - sample.wallLossDb + shadowDb - carriageDb - directionDb + offsetDb;
}

/** @returns the Rician K (linear) at a distance for a pose. */
export function ricianKAt(distanceM: number, pose: Pose, parameters: ChannelParameters): number {
  const table = parameters.ricianKByDistance;
  const factor = parameters.poses[pose].ricianKFactor;
  let previous = table[0]!;
  for (const knot of table) {
    if (distanceM <= knot.distanceM) {
      const span = knot.distanceM - previous.distanceM;
      const share = span === 0 ? 1 : Math.max(0, (distanceM - previous.distanceM) / span);
      return factor * (previous.k + share * (knot.k - previous.k));
    }
    previous = knot;
  }
  return factor * previous.k;
}

function drawLinkFading(seed: number, sample: ChannelSample, parameters: ChannelParameters): LinkFading {
  const key = [...linkKey(sample), sample.channelIndex];
  const phase = 2 * Math.PI * drawUniform(seed, 'direct-phase', ...key);
  const frozen = drawComplexNormal(seed, 'frozen-scatter', ...key);
  const waves = new Float64Array(3 * parameters.scatterModes);
  for (let m = 0; m < parameters.scatterModes; m += 1) {
    const amplitude = drawComplexNormal(seed, 'wave', ...key, sample.scanSession, m);
    const uniform = drawUniform(seed, 'wave-frequency', ...key, sample.scanSession, m);
    waves[3 * m] = amplitude.re / Math.sqrt(parameters.scatterModes);
    waves[3 * m + 1] = amplitude.im / Math.sqrt(parameters.scatterModes);
    waves[3 * m + 2] = Math.tan(Math.PI * (uniform - 0.5)) / (parameters.scatterTauMs / 1000);
  }
  return { directRe: Math.cos(phase), directIm: Math.sin(phase), scatterRe: frozen.re, scatterIm: frozen.im, waves };
}

function computeFadingDb(fading: LinkFading, sample: ChannelSample, parameters: ChannelParameters): number {
  const atS = (sample.eventNumber * sample.eventPeriodUs) / 1e6;
  let movingRe = 0;
  let movingIm = 0;
  for (let i = 0; i < fading.waves.length; i += 3) {
    const angle = fading.waves[i + 2]! * atS;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    movingRe += fading.waves[i]! * cos - fading.waves[i + 1]! * sin;
    movingIm += fading.waves[i]! * sin + fading.waves[i + 1]! * cos;
  }
  const k = ricianKAt(sample.distanceM, sample.pose, parameters);
  const direct = Math.sqrt(k / (k + 1));
  const frozen = Math.sqrt((1 - parameters.timeVaryingShare) / (k + 1));
  const moving = Math.sqrt(parameters.timeVaryingShare / (k + 1));
  const re = direct * fading.directRe + frozen * fading.scatterRe + moving * movingRe;
  const im = direct * fading.directIm + frozen * fading.scatterIm + moving * movingIm;
  return 10 * Math.log10(Math.max(1e-5, re * re + im * im));
}

function linkKey(sample: ChannelSample): readonly [string, string, string] {
  return [sample.transmitter, sample.receiver, sample.placement];
}

/** @returns what several transmitters deliver together; −∞ dBm for none. */
export function sumPowerDbm(powersDbm: readonly number[]): number {
  if (powersDbm.length === 0) return Number.NEGATIVE_INFINITY;
  return 10 * Math.log10(powersDbm.reduce((sum, dbm) => sum + 10 ** (dbm / 10), 0));
}
