/** Takes out of a SIP message what nobody is to read later: answers to challenges, and keys of media (RFC 4568 §9.1). */
export function redactMessage(text: string): string {
  return text
    .replace(/^((?:Proxy-)?Authorization[ \t]*:)[^\r\n]*/gim, '$1 Digest (left out)')
    .replace(
      /^(a=crypto:\S+ \S+ inline:)([^\s|]+)/gim,
      (_, before: string, key: string) => before + 'x'.repeat(key.length),
    );
}
