/** The stable codes of what can fail between us and an instrument, with the advice of each. */
const failures = {
  'instrument-missing':
    'Try: plug the instrument in and name it by /dev/serial/by-id, which survives another order of plugging',
  'instrument-permission': 'Try: add your user to the group that owns the device (dialout on Debian) and log in again',
  'instrument-busy': 'Try: end the other program that has this port open; fuser with the path names it',
  'instrument-lost': 'Try: check cable and power of the instrument, then run again',
  'instrument-timeout': 'Try: check power, cable and baud rate; the wrong baud rate often reads as silence',
  'instrument-answer': 'Try: check that this path is the kind of instrument that was named, and its baud rate',
  'pty-missing': 'Try: install script and stty (Debian: bsdutils and coreutils, both essential there)',
} as const;

export type InstrumentErrorCode = keyof typeof failures;

export class InstrumentError extends Error {
  readonly code: InstrumentErrorCode;

  constructor(code: InstrumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InstrumentError';
    this.code = code;
  }

  /** What a person can try, a sentence that begins with "Try:". */
  get advice(): string {
    return failures[this.code];
  }
}
