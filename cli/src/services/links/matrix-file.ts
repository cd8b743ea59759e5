import { CliError } from '../../errors/cli-error.js';
import { readText } from '../files.js';
import type { LinkMatrix } from './link-matrix.js';

/** @throws CliError `no-input` where the file cannot be read, `bad-matrix` where it is no matrix of ours. */
export function readMatrix(file: string): LinkMatrix {
  const fail = (what: string): never => {
    throw new CliError('bad-matrix', `${file}: ${what}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    fail('expected JSON');
  }
  if (typeof value !== 'object' || value === null) return fail('expected an object');
  const { version, atUnixMs, listeners, links, clocks, strangers } = value as Partial<
    Record<keyof LinkMatrix, unknown>
  >;
  if (version !== 1) return fail(`version: expected 1, got ${JSON.stringify(version)}`);
  if (typeof atUnixMs !== 'number') return fail('atUnixMs: expected Unix milliseconds');
  if (!Array.isArray(listeners) || !listeners.every((one) => typeof one === 'string'))
    return fail('listeners: expected names of beacons');
  if (!Array.isArray(links)) return fail('links: expected a list');
  const wrong = links.findIndex((link) => !isLink(link));
  if (wrong >= 0) return fail(`links[${wrong}]: expected from, to, rssiDbm, packets and hasProof`);
  if (typeof clocks !== 'object' || clocks === null || !Array.isArray(strangers))
    return fail('clocks, strangers: expected an object and a list');
  return value as LinkMatrix;
}

function isLink(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, rssiDbm, packets, hasProof } = value as Readonly<Record<string, unknown>>;
  const isNamed = typeof from === 'string' && typeof to === 'string';
  return isNamed && typeof rssiDbm === 'number' && typeof packets === 'number' && typeof hasProof === 'boolean';
}
