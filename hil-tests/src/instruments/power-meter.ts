/**
 * A meter of supply current that speaks `meter/1`, our own line protocol; each line ends with LF.
 *
 * | sent | answered |
 * |---|---|
 * | `*IDN?` | `meter/1,<model>,<serial number>` |
 * | `CURR?` | the current in µA, decimal, e.g. `1520.25` |
 * | `RECORD <ms>` | `S <ms since then> <µA>` for each sample, then `END <number of samples>` |
 * | anything else | `ERR <why>` |
 *
 * The number at the end shows a sample that was lost on a line without flow control.
 */
import { type AnswerReader, encodeText, readLine } from './answer-readers.js';
import type { Instrument } from './instrument.js';
import { InstrumentError } from './instrument-error.js';
import { openSerialLine } from './serial-line.js';

export interface CurrentSample {
  /** Since the recording began, on the meter's clock. */
  readonly atMs: number;
  readonly currentUa: number;
}

export interface PowerMeter extends Instrument {
  readonly kind: 'power-meter';
  /** @returns µA. @throws {InstrumentError} */
  readCurrent(): Promise<number>;
  /** @param durationMs a whole number, 1 to 60 000. @throws {RangeError} @throws {InstrumentError} */
  record(durationMs: number): Promise<readonly CurrentSample[]>;
}

export interface PowerMeterOptions {
  readonly path: string;
  /** 115 200 where absent. */
  readonly baud?: number | undefined;
  readonly answerLimitMs?: number | undefined;
}

const LONGEST_RECORDING_MS = 60_000;
/** Ten a millisecond; what comes beyond is not kept, and then the number at the end is not right. */
const MOST_SAMPLES = 600_000;
const END_LIMIT_MS = 2_000;

/** @throws {InstrumentError} when it cannot be opened, does not answer, or speaks something else. */
export async function openPowerMeter({ path, baud = 115_200, answerLimitMs }: PowerMeterOptions): Promise<PowerMeter> {
  const line = await openSerialLine({ path, baud, answerLimitMs });
  const ask = (command: string): Promise<string> => line.exchange(encodeText(`${command}\n`), readLine);
  try {
    const answer = await ask('*IDN?');
    const [, model, serialNumber] = /^meter\/1,([\w.-]{1,40}),([\w.-]{1,40})$/.exec(answer) ?? [];
    if (model === undefined || serialNumber === undefined) throw wrongAnswer(path, '*IDN?', answer);
    return {
      kind: 'power-meter',
      identity: { address: path, model, serialNumber },
      async readCurrent() {
        const answer = await ask('CURR?');
        const currentUa = parseCurrent(answer);
        if (currentUa === undefined) throw wrongAnswer(path, 'CURR?', answer);
        return currentUa;
      },
      async record(durationMs) {
        if (!(Number.isInteger(durationMs) && durationMs >= 1 && durationMs <= LONGEST_RECORDING_MS))
          throw new RangeError(`durationMs: expected a whole number 1 to ${LONGEST_RECORDING_MS}, got ${durationMs}`);
        const command = `RECORD ${durationMs}`;
        const lines: string[] = [];
        const limitMs = durationMs + END_LIMIT_MS;
        const end = await line.exchange(encodeText(`${command}\n`), readPast(lines), limitMs);
        const samples = lines.map(parseSample);
        const wrong = samples.findIndex(
          (sample, i) => sample === undefined || sample.atMs < (samples[i - 1]?.atMs ?? 0),
        );
        if (wrong >= 0) throw wrongAnswer(path, command, lines[wrong] as string);
        if (end !== `END ${samples.length}`) throw wrongAnswer(path, command, `${end} after ${samples.length} samples`);
        return samples as readonly CurrentSample[];
      },
      close: () => line.close(),
    };
  } catch (error) {
    await line.close();
    throw error;
  }
}

/**
 * Charge and mean current over a recording, by the trapezoidal rule, so that unequal steps weigh as long as they last.
 * @returns charge in µC and mean in µA; `undefined` for fewer than two samples.
 */
export function integrateCurrent(
  samples: readonly CurrentSample[],
): { readonly chargeUc: number; readonly meanUa: number; readonly durationMs: number } | undefined {
  let chargeUc = 0;
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined) continue;
    chargeUc += ((before.currentUa + sample.currentUa) / 2) * ((sample.atMs - before.atMs) / 1000);
  }
  const durationMs = (samples.at(-1)?.atMs ?? 0) - (samples[0]?.atMs ?? 0);
  return durationMs > 0 ? { chargeUc, meanUa: (chargeUc * 1000) / durationMs, durationMs } : undefined;
}

/** @returns the sample in a line of a recording; `undefined` when it is none. */
export function parseSample(text: string): CurrentSample | undefined {
  const [, at, current] = /^S (\d{1,9}(?:\.\d{1,6})?) (\S+)$/.exec(text) ?? [];
  const currentUa = current === undefined ? undefined : parseCurrent(current);
  return currentUa === undefined ? undefined : { atMs: Number(at), currentUa };
}

/** A current may be negative: a charger, or the offset of a meter near zero. */
function parseCurrent(text: string): number | undefined {
  return /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}

/** Keeps the lines of samples that come before the answer. */
function readPast(lines: string[]): AnswerReader<string> {
  return (octets) => {
    const cut = readLine(octets);
    if (cut?.answer === undefined || !cut.answer.startsWith('S ')) return cut;
    if (lines.length < MOST_SAMPLES) lines.push(cut.answer);
    return { used: cut.used };
  };
}

function wrongAnswer(path: string, command: string, answer: string): InstrumentError {
  return new InstrumentError('instrument-answer', `${path}: ${command} was answered by ${JSON.stringify(answer)}`);
}
