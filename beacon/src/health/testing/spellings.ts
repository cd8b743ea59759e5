/** How octets are met in logs and dumps. @returns what it is called, and the text. */
export function spellingsOf(octets: Uint8Array): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(octets);
  const hex = bytes.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  return [
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['octets with colons', pairs.join(':')],
    ['octets with spaces', pairs.join(' ')],
    ['groups with hyphens', (hex.match(/.{1,8}/g) ?? []).join('-')],
    ['0x lists', pairs.map((pair) => `0x${pair}`).join(', ')],
    ['escapes', pairs.map((pair) => `\\x${pair}`).join('')],
    [
      'a dump over lines',
      (hex.match(/.{1,32}/g) ?? [])
        .map((line, i) => `${i}:  ${line}`)
        .join('\n')
        .replace(/\n\d+: {2}/g, '\n'),
    ],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['numbers', [...octets].join(',')],
    ['a list', JSON.stringify([...octets], undefined, 2)],
    ['Buffer of JSON', JSON.stringify(bytes)],
    ['little-endian', Buffer.from(octets).reverse().toString('hex')],
  ];
}
