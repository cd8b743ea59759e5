import { clamp, naturalLog } from '../math/elementary.js';
import { parameters } from './parameters.js';

/** How much likelier the evidence is at the own desk than elsewhere, nats: ln of likelihood ratios. */
export interface Odds {
  readonly outOfEarshot: number;
  readonly earshot: number;
}

/** What the evidence says at one instant. */
export interface Assessment {
  /** Posterior probability that the phone is at one of the own desks, 0..1. */
  readonly pDesk: number;
  /** ln of the likelihood ratio, at the own desk against out of earshot; nats, always finite. */
  readonly llr: number;
}

const { prior } = parameters;

/** Prior probability of being out of earshot of the own desk. */
export const outOfEarshotPrior = prior.room + prior.wall + prior.gone;

/** @param p a probability; 0 and 1 are taken as a billionth off. @returns ln of the odds, nats. */
export function logOdds(p: number): number {
  const bounded = clamp(p, 1e-9, 1 - 1e-9);
  return naturalLog(bounded) - naturalLog(1 - bounded);
}

/** Six decimals: enough for any reader, and the same text from every engine. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
