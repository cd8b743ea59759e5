/** The few macros of man(7) that our pages need. */

/** A hyphen is one to copy, other letters than ASCII's have names, a line must not begin with a control character. */
export function toRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replace(/[^\x20-\x7e]/gu, (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^\./, '\\&.');
}

/** Markdown's code is set in bold. */
export function toRoffSentence(markdown: string): string {
  return toRoff(markdown).replace(/`([^`]*)`/g, '\\fB$1\\fP');
}

/** @returns a name and what it means, hanging. */
export function item(name: string, ...paragraphs: readonly string[]): readonly string[] {
  return ['.TP', `.B ${toRoff(name)}`, ...paragraphs.flatMap((text, i) => (i === 0 ? [text] : ['.br', text]))];
}

/** @returns what the reader types, as it is. */
export function example(lines: readonly string[]): readonly string[] {
  return ['.PP', '.nf', ...lines.map((line) => `    ${toRoff(line)}`), '.fi'];
}
