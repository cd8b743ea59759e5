import { exponential } from '../math/elementary.js';
import { fieldsOf, isWithin } from '../profile/read-fields.js';
import type { CommonTerm } from './likelihood.js';
import { type Assessment, logOdds, rounded } from './odds.js';

/**
 * What is known of a phone's receiver, as a normal term. A host that knows the model passes a table's value with its sd (a
 * table's own values move by 3 dB and more between releases, so an sd below 3 says too much); one that has learned passes that.
 */
export interface PhoneOffset {
  /** How much stronger than the average phone it reports, −15..15 dB. */
  readonly offsetDb: number;
  /** How far that may be wrong, one standard deviation, 1.5..6 dB. */
  readonly sdDb: number;
}

export const phoneOffsetParameters = {
  /** 551 models lie within −29..23, nineteen in twenty within −3..10 dB (decision note §1.3). */
  mostDb: 15,
  /** What is left after a table and self-calibration (decision note §1.3): no confidence goes further. */
  leastSdDb: 1.5,
  mostSdDb: 6,
  /** What hand and pocket take, over calls: with 4.4 dB over phone models this is the −3 ± 6 dB of an unknown phone. */
  carriageMeanDb: -3,
  carriageSdDb: 4,
  /** What is known of the phone adds at most so much for the desk, nats: less than the least that silence needs. */
  mostNats: 1.5,
} as const;

/** A phone of which nothing is known: the average of 551 models and their spread (GAEN table). */
export const unknownPhone: PhoneOffset = { offsetDb: 0, sdDb: 4.4 };

/**
 * Whether a value may stand for a phone.
 * @param value anything, as `JSON.parse` gave it.
 * @returns whether both numbers are there and within their bounds.
 * @example isPhoneOffset({ offsetDb: -3, sdDb: 4 }) // true
 */
export function isPhoneOffset(value: unknown): value is PhoneOffset {
  const { offsetDb, sdDb } = fieldsOf(value) ?? {};
  const { mostDb, leastSdDb, mostSdDb } = phoneOffsetParameters;
  return isWithin(offsetDb, -mostDb, mostDb) && isWithin(sdDb, leastSdDb, mostSdDb);
}

/** @throws RangeError when a number is missing or out of bounds. */
export function checkPhoneOffset(phone: PhoneOffset): void {
  if (isPhoneOffset(phone)) return;
  throw new RangeError(`phone: expected offsetDb -15..15 and sdDb 1.5..6, got ${JSON.stringify(phone)}`);
}

/** The common term of a call with this phone: its receiver, and how it is carried today. */
export function commonOf({ offsetDb, sdDb }: PhoneOffset): CommonTerm {
  const { carriageMeanDb, carriageSdDb } = phoneOffsetParameters;
  return { meanDb: carriageMeanDb + offsetDb, varianceDb2: sdDb * sdDb + carriageSdDb * carriageSdDb };
}

/**
 * What the evidence says when the phone is known. It may speak against the desk as it will; for the desk it adds a bounded
 * amount to what the packets say of an unknown phone, so that a wrong offset alone silences nothing.
 * @param unknown the assessment as if nothing were known of the phone.
 * @param known the assessment with its offset.
 */
export function withPhone(unknown: Assessment, known: Assessment): Assessment {
  const { mostNats } = phoneOffsetParameters;
  const odds = Math.min(logOdds(known.pDesk), logOdds(unknown.pDesk) + mostNats);
  return {
    llr: rounded(Math.min(known.llr, unknown.llr + mostNats)),
    pDesk: known.pDesk <= unknown.pDesk ? known.pDesk : rounded(1 / (1 + exponential(-odds))),
  };
}
