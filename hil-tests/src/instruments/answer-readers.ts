/**
 * Cuts an answer out of what has come so far. `undefined`: not yet. Without `answer`, the octets used are done with and
 * the answer is still to come.
 */
export type AnswerReader<Answer> = (
  octets: Uint8Array,
) => { readonly used: number; readonly answer?: Answer } | undefined;

const CR = 0x0d;
const LF = 0x0a;

/** One line that is not empty, ended by CR, LF or any run of both: which of them, and in what order, differs by model. */
export const readLine: AnswerReader<string> = (octets) => {
  const start = octets.findIndex((octet) => !isLineEnd(octet));
  if (start < 0) return undefined;
  const length = octets.subarray(start).findIndex(isLineEnd);
  return length < 0
    ? undefined
    : { used: start + length + 1, answer: decodeText(octets.subarray(start, start + length)) };
};

/** Everything up to a prompt of one character, without it. */
export function readUntil(prompt: string): AnswerReader<string> {
  return (octets) => {
    const end = octets.indexOf(prompt.charCodeAt(0));
    return end < 0 ? undefined : { used: end + 1, answer: decodeText(octets.subarray(0, end)) };
  };
}

export function isLineEnd(octet: number): boolean {
  return octet === CR || octet === LF;
}

/** Each octet is one character, so that a stray high octet is seen and not merged. */
export function decodeText(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

export function encodeText(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
