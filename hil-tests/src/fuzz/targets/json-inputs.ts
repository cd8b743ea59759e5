import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOctets, drawOne, octetsOf } from '../target.js';

/** Values that readers of JSON trip over. Names that every object inherits are among them: a desk may be called so. */
const hostile: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 0.5, 65_536, 2 ** 32, 2 ** 53, 1e308, -1e308, 5e-324],
  ...['', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', '\u0000', '\ud800', 'x'.repeat(200)],
  ...[[], {}, [[]], [null], [1, 2], { length: 1 }],
];
const hostileNames = ['__proto__', 'constructor', 'toString', 'valueOf', 'length', '0', ''];

export const jsonDictionary: readonly Uint8Array[] = octetsOf(
  ...['{', '}', '[', ']', ',', ':', '"', '\\u0000', 'null', 'true', 'false', '-0', '1e999', '1e-999', '1.5'],
  ...hostileNames.map((name) => JSON.stringify(name)),
);

export function encodeJson(value: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(value) ?? 'null', 'utf8'));
}

/** @returns the value, or `undefined` for octets that are no JSON: whoever reads files refuses those before. */
export function parseJson(input: Uint8Array | string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(typeof input === 'string' ? input : Buffer.from(input).toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** @returns a copy in which one to three values, somewhere in it, are replaced, left out, doubled or renamed. */
export function mutateJson(value: unknown, random: RandomStream): unknown {
  let changed = value;
  for (let steps = 1 + drawBelow(random, 3); steps > 0; steps -= 1) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(value: unknown, random: RandomStream): unknown {
  if (random.uniform() < 0.25 || typeof value !== 'object' || value === null) return replacement(value, random);
  if (Array.isArray(value)) {
    if (value.length === 0) return [drawOne(random, hostile)];
    const at = drawBelow(random, value.length);
    if (random.uniform() < 0.1) return value.filter((_, i) => i !== at);
    if (random.uniform() < 0.1) return [...value, value[at]];
    return value.map((entry: unknown, i) => (i === at ? mutateOnce(entry, random) : entry));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return madeOf([[drawOne(random, hostileNames), drawOne(random, hostile)]]);
  const at = drawBelow(random, entries.length);
  if (random.uniform() < 0.1) return madeOf(entries.filter((_, i) => i !== at));
  if (random.uniform() < 0.1)
    return madeOf(entries.map(([name, kept], i) => [i === at ? drawOne(random, hostileNames) : name, kept]));
  return madeOf(entries.map(([name, kept], i) => [name, i === at ? mutateOnce(kept, random) : kept]));
}

/** `__proto__` becomes a field of its own here, as it does in JSON.parse. */
function madeOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}

function replacement(value: unknown, random: RandomStream): unknown {
  const draw = random.uniform();
  if (typeof value === 'number' && draw < 0.5) return value + drawOne(random, [-1, 1, 0.5, -256, 256, 1e6, -1e6]);
  if (typeof value === 'string' && draw < 0.3) return value.slice(0, drawBelow(random, value.length + 1));
  if (typeof value === 'string' && draw < 0.5) return `${value}${String.fromCharCode(drawBelow(random, 0x300))}`;
  if (draw < 0.6) return Buffer.from(drawOctets(random, 16)).toString('hex');
  return drawOne(random, hostile);
}
