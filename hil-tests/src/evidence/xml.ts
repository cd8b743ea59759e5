/** @returns the text as it may stand in XML and HTML, in an element or an attribute; what XML 1.0 §2.2 has no place for is left out. */
export function escapeXml(text: string): string {
  return [...text]
    .filter((character) => (character >= ' ' && character < '\ufffe') || character === '\n' || character === '\t')
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
