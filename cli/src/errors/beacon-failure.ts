import { CliError, type CliErrorCode } from './cli-error.js';

/** What the beacon's package says, as the codes of this program. */
const codes: Readonly<Record<string, CliErrorCode>> = {
  'control-refused': 'beacon-refused',
  'control-failed': 'beacon-unreachable',
  'radio-address': 'bad-usage',
  'radio-permission': 'radio-permission',
};

/** @returns a CliError for a failure of radio or beacon; everything else as it is. */
export function asCliError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'BeaconError') return error;
  const { code } = error as Error & { readonly code?: string };
  return new CliError(codes[code ?? ''] ?? 'radio-failed', error.message, { cause: error.cause });
}
