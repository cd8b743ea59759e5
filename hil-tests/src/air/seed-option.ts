import { InvalidArgumentError } from 'commander';

/**
 * Reads the option `--seed` of every program that draws an air.
 * @returns a whole number from 0, one that doubles hold exactly.
 * @throws InvalidArgumentError otherwise; commander names the option.
 */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError('Expected a whole number from 0.');
  return seed;
}
