import { Option } from 'commander';
import { sheetNames, sheetOf, usualSheet } from '../services/labels/sheets.js';

/** What the commands that print labels share. */

export function sheetOption(): Option {
  return new Option('--sheet <name>', 'what is printed on').choices(sheetNames).default(usualSheet);
}

export function fontOption(): Option {
  return new Option('--font <file>', 'TrueType or OpenType, for a PDF with letters beyond Western Europe');
}

/** @returns a paragraph for a command's help. */
export function describeSheets(): string {
  return `\nSheets:\n${sheetNames.map((name) => `  ${name.padEnd(18)}${sheetOf(name).title}\n`).join('')}`;
}
