/** The table `[frames]` as JSON Schema; docs/frames.md says the same in words. */

const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const hexadecimal = (octets: number) => ({ type: 'string', pattern: `^[0-9A-Fa-f]{${2 * octets}}$` });
const weight = integer(1, 100);
const power = integer(-100, 20);
const paced = { every_ms: integer(100, 600_000), weight, measured_power_dbm: power };

function table(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) {
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

/** Either a period or a weight. */
const pacedTable = (properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  ...table({ ...properties, ...paced }, required),
  not: { properties: { every_ms: {}, weight: {} }, required: ['every_ms', 'weight'] },
});

const off = { const: false };
const proving = table({ weight, measured_power_dbm: power });

export const framesSchema = table({
  ibeacon: proving,
  eid: proving,
  own_format: { anyOf: [{ type: 'boolean' }, proving] },
  etlm: { anyOf: [{ type: 'boolean' }, table({ every_ms: integer(1000, 600_000) })] },
  uid: {
    anyOf: [off, pacedTable({ namespace: hexadecimal(10), instance: hexadecimal(6) }, ['namespace', 'instance'])],
  },
  url: { anyOf: [off, { type: 'string', minLength: 1 }, pacedTable({ url: { type: 'string' } }, ['url'])] },
  altbeacon: {
    anyOf: [
      off,
      pacedTable({ company_id: integer(0, 0xffff), beacon_id: hexadecimal(20), reserved: integer(0, 255) }, [
        'company_id',
        'beacon_id',
      ]),
    ],
  },
  extended: { type: 'boolean' },
  tx_power_dbm: integer(-127, 20),
  address_seconds: { enum: Array.from({ length: 15 }, (_, n) => 2 ** n) },
});
