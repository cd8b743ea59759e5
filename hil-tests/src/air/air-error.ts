/** The stable codes of what can fail in the virtual air's server, with the exit code and the advice of each. */
const failures = {
  'socket-path': {
    exitCode: 2,
    advice: 'Try: a shorter path, such as /tmp/air/desk-1.sock; a unix socket path has at most 107 bytes',
  },
  'socket-in-use': {
    exitCode: 75,
    advice: 'Try: end the other deskbeacon-air that serves this socket, or choose another path',
  },
  'socket-create': { exitCode: 73, advice: 'Try: make sure that the directory exists and that you may write to it' },
  'config-invalid': {
    exitCode: 78,
    advice: 'Try: correct the named setting; deskbeacon-air --help shows the form of each line',
  },
  'config-missing': {
    exitCode: 66,
    advice: 'Try: name an existing JSON file with --config, or - for the first line of standard input',
  },
  'log-create': { exitCode: 73, advice: 'Try: a log file in a directory that exists and that you may write to' },
} as const;

export type AirErrorCode = keyof typeof failures;

export const airErrorCodes = Object.keys(failures) as readonly AirErrorCode[];

export class AirError extends Error {
  readonly code: AirErrorCode;

  constructor(code: AirErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AirError';
    this.code = code;
  }
}

/** @returns what a person can try. */
export function adviceFor(code: AirErrorCode): string {
  return failures[code].advice;
}

export function exitCodeFor(code: AirErrorCode): number {
  return failures[code].exitCode;
}
