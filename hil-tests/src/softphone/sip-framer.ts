/** A message is never longer here; a stream that claims so is not SIP. */
const LONGEST = 65_536;

/**
 * Cuts a stream into SIP messages (RFC 3261 §18.3): a head, an empty line, and as many octets as Content-Length says.
 * @returns takes what came and gives the messages that are whole, as text.
 * The function throws an Error when a head or body is longer than 64 KiB, or a head has no Content-Length.
 */
export function createSipFramer(): (chunk: Uint8Array) => readonly string[] {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const messages: string[] = [];
    for (;;) {
      // Empty lines between messages keep a way through address translators open (RFC 5626 §3.5.1).
      let start = 0;
      while (held[start] === 0x0d || held[start] === 0x0a) start += 1;
      held = held.subarray(start);
      const headEnd = held.indexOf('\r\n\r\n');
      if (headEnd < 0) {
        if (held.length > LONGEST) throw new Error(`a head of more than ${LONGEST} octets`);
        return messages;
      }
      const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*$/im.exec(
        held.subarray(0, headEnd).toString('latin1'),
      )?.[1];
      if (length === undefined) throw new Error('a message on a stream without Content-Length');
      const end = headEnd + 4 + Number(length);
      if (end > LONGEST) throw new Error(`a message of more than ${LONGEST} octets`);
      if (held.length < end) return messages;
      messages.push(held.subarray(0, end).toString('utf8'));
      held = held.subarray(end);
    }
  };
}
