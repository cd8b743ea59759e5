import { parameters } from './parameters.js';

/** How much likelier the evidence is at the own desk than elsewhere, nats: ln of likelihood ratios. */
export interface Odds {
  readonly outOfEarshot: number;
  readonly earshot: number;
}

const { prior } = parameters;

/** Prior probability of being out of earshot of the own desk. */
export const outOfEarshotPrior = prior.room + prior.wall + prior.gone;
