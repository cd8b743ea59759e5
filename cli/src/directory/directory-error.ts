import { CliError, type CliErrorCode } from '../errors/cli-error.js';

export type DirectoryErrorCode = Extract<CliErrorCode, `directory-${string}`>;

export interface DirectoryErrorOptions {
  readonly cause?: unknown;
  /** Whatever must not appear in a message, however a library quotes it. */
  readonly secrets?: readonly string[];
}

/** Certificate faults as Node's TLS names them. */
const certificateFaults =
  /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/;

/**
 * Makes an error that can be printed and logged: a library's error may carry the whole request with its password, so of a
 * cause nothing is kept but its redacted text.
 */
export function directoryError(
  code: DirectoryErrorCode,
  message: string,
  { cause, secrets = [] }: DirectoryErrorOptions = {},
): CliError {
  const text = redact(message, secrets);
  if (cause === undefined) return new CliError(code, text);
  const plain = new Error(redact(describeCause(cause), secrets));
  delete plain.stack;
  return new CliError(code, text, { cause: plain });
}

/** @returns `directory-untrusted` for a certificate that does not hold, otherwise `directory-unreachable`. */
export function codeOfConnectionFault(error: unknown): DirectoryErrorCode {
  const codes = chainOf(error).map((link) => (link as { code?: unknown }).code);
  return codes.some((code) => typeof code === 'string' && certificateFaults.test(code))
    ? 'directory-untrusted'
    : 'directory-unreachable';
}

/** @returns the text with every secret replaced, also where it stands URL-encoded, in JSON or in base64. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret, 'utf8').toString('base64'),
    ])
    .sort((a, b) => b.length - a.length);
  return forms.reduce((clean, form) => clean.split(form).join('…'), text);
}

function describeCause(error: unknown): string {
  const chain = chainOf(error);
  const texts = chain.map((link) => (link instanceof Error ? link.message || codeOf(link) : String(link)).trim());
  const longest = 300;
  return [...new Set(texts.filter((text) => text !== ''))].join(': ').replace(/\s+/g, ' ').slice(0, longest);
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** An error, its cause, and the cause of that; of several tries at several addresses the first speaks for all. */
function chainOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  const deepest = 5;
  let link = error;
  while (link !== undefined && link !== null && chain.length < deepest) {
    chain.push(link);
    link = link instanceof AggregateError ? link.errors[0] : (link as { cause?: unknown }).cause;
  }
  return chain;
}
