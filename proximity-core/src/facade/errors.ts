/** Why the facade could not do what it was asked, stable for ever, each with one sentence. On any of them the host rings. */
export const errorCodes = {
  'bad-json': 'The argument is no JSON text.',
  'too-long': 'The argument is longer than the facade reads.',
  'bad-request': 'The argument is JSON, but not what this function takes.',
  'bad-profile': 'The site profile is not a valid one.',
  'bad-prepared': 'What was given as prepared is not what `prepare` returned.',
  'bad-state': 'What was given as state is not the state of a call.',
  'bad-event': 'The event is none of the trace format, or its time is out of bounds.',
  'bad-trace': 'A line of the trace cannot be read, or cannot stand where it stands.',
  'bad-call': 'What was given as call is not what `replay` returned.',
  'bad-advertisement': 'The advertising data are not whole, or not hexadecimal.',
  'unknown-library': 'No adapter has this name.',
  internal: 'Something failed inside; the message says what.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface Failed {
  readonly ok: false;
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

export type Outcome<T> = ({ readonly ok: true } & T) | Failed;

/** @param message what was expected; never a value from the argument that may be a key. */
export function failed(code: ErrorCode, message: string): Failed {
  return { ok: false, error: { code, message } };
}
