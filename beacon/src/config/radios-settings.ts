import type { RuleFault, SettingValues } from './setting-kinds.js';

/** The table `[radios]`: several beacons on one machine, each with a name, a radio, keys and a control socket of its own. */

const NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;
export const MOST_RADIOS = 16;

export const radiosSchema = {
  type: 'object',
  propertyNames: { pattern: NAME.source },
  additionalProperties: { type: 'string', minLength: 1 },
  minProperties: 1,
  maxProperties: MOST_RADIOS,
};

/** Of one beacon alone: beside several nobody could tell whose they are. */
const ofOne = ['radio', 'seed_file', 'button', 'light'] as const;

export const radiosConditions = [
  {
    if: { properties: { radios: {} }, required: ['radios'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: Object.fromEntries(ofOne.map((name) => [name, false])) },
  },
];

/** @returns what is wrong with the table, or beside it. */
export function findRadiosFault(values: SettingValues): RuleFault | undefined {
  const radios = values.radios as SettingValues | undefined;
  if (radios === undefined) return undefined;
  const beside = ofOne.find((name) => values[name] !== undefined);
  if (beside !== undefined)
    return { path: [beside], expected: `no ${beside} beside [radios]: whose would it be?`, got: values[beside] };
  const entries = Object.entries(radios);
  if (entries.length < 1 || entries.length > MOST_RADIOS)
    return { path: ['radios'], expected: `1 to ${MOST_RADIOS} beacons`, got: entries.length };
  for (const [name, radio] of entries) {
    const path = ['radios', name];
    if (!NAME.test(name))
      return { path, expected: 'a name of small letters, digits and hyphens, at most 31', got: name };
    if (typeof radio !== 'string' || radio === '')
      return { path, expected: 'a radio, for example "hci:0"', got: radio };
  }
  return undefined;
}
