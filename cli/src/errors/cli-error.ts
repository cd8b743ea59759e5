/** Everything that can fail in the CLI: a stable code, its exit code, and what to try. One table. */
const failures = {
  'no-input': { exitCode: 66, advice: 'Try: check the path; "-" reads from standard input' },
  'bad-trace': {
    exitCode: 65,
    advice: 'Try: compare the named line with docs/trace-format.md; a trace has one JSON object a line',
  },
  'bad-profile': { exitCode: 65, advice: 'Try: export the profile again; the message names the field that is wrong' },
  'bad-usage': { exitCode: 2, advice: 'Try: deskbeacon replay --help' },
} as const;

export type CliErrorCode = keyof typeof failures;

export const cliErrorCodes = Object.keys(failures) as readonly CliErrorCode[];

/** The world failed in a way we know. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
  }
}

/** @returns what a person can try, a sentence that begins with "Try:". */
export function adviceFor(code: CliErrorCode): string {
  return failures[code].advice;
}

/** @returns the exit code of the program, by the table in docs/cli.md. */
export function exitCodeFor(code: CliErrorCode): number {
  return failures[code].exitCode;
}
