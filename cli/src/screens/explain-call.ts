import { explain, type ReplayedCall } from '@deskbeacon/proximity-core';

/** A decision step by step, as lines. Pure. */

/** Where looks are shown, ms: those of the rule, and a common deadline. */
export const EXPLAINED_MS = [250, 500, 1000, 1500] as const;
const SCALE_NATS = 6;

/** @param columns 40 or more. @returns the sentence, and a line an instant: odds for the desk against the line that silence needs. */
export function explainCall(call: ReplayedCall, columns: number): readonly string[] {
  const width = Math.max(8, Math.min(40, columns - 28));
  const looks = EXPLAINED_MS.flatMap((ms) => {
    const at = call.at?.[String(ms)];
    if (at === undefined) return [];
    const bar = barOf(at.llr, call.heard.neededNats, width);
    return [`${String(ms).padStart(6)} ms ${bar} ${at.llr.toFixed(1).padStart(5)} ${Math.round(100 * at.pDesk)} %`];
  });
  return [
    ...wrap(`${call.call}: ${explain(call)}`, columns),
    ...(looks.length === 0 ? [] : [`${' '.repeat(10)}away${'at the desk'.padStart(width - 4)}  nats  sure`, ...looks]),
  ].map((line) => line.slice(0, columns));
}

/** From −6 to 6 nats; `|` is what silence needs, `●` what was heard so far. */
function barOf(llr: number, neededNats: number, width: number): string {
  const at = (nats: number): number =>
    Math.round(((Math.min(SCALE_NATS, Math.max(-SCALE_NATS, nats)) + SCALE_NATS) / (2 * SCALE_NATS)) * (width - 1));
  const cells = Array.from({ length: width }, () => '·');
  cells[at(neededNats)] = '|';
  cells[at(llr)] = '●';
  return cells.join('');
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
