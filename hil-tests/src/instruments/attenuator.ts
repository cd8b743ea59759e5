/**
 * A programmable attenuator that speaks the SCPI text of Mini-Circuits' RUDAT and RCDAT.
 *
 * | sent | answered |
 * |---|---|
 * | `:MN?` | model, e.g. `RUDAT-6000-90`; some firmware: `MN=RUDAT-6000-90` |
 * | `:SN?` | serial number, or `SN=…` |
 * | `:SETATT=12.5` | `1` set, `0` refused, `2` above the range and set to its end |
 * | `:ATT?` | `12.5` |
 *
 * Read off public drivers (QCoDeS among them), which talk to it over USB HID or HTTP. The ends of line of the RS-232 models
 * are in none of them: we send CR LF and take any.
 */
import { encodeText, readLine } from './answer-readers.js';
import type { Instrument } from './instrument.js';
import { InstrumentError } from './instrument-error.js';
import { openSerialLine, type SerialLine } from './serial-line.js';

export interface Attenuator extends Instrument {
  readonly kind: 'attenuator';
  readonly maxDb: number;
  /**
   * Sets the attenuation and reads it back.
   * @param attenuationDb 0 to `maxDb`, a multiple of the step.
   * @throws {RangeError} before anything is sent. @throws {InstrumentError} when it was refused or reads back otherwise.
   */
  setAttenuation(attenuationDb: number): Promise<void>;
}

export interface AttenuatorOptions {
  readonly path: string;
  /** 9600 where absent. */
  readonly baud?: number | undefined;
  /** Where absent, the last number of the model's name: 90 for RUDAT-6000-90. */
  readonly maxDb?: number | undefined;
  /** 0.25 where absent, the step of most models. */
  readonly stepDb?: number | undefined;
  readonly answerLimitMs?: number | undefined;
}

/** @throws {InstrumentError} when it cannot be opened, does not answer, or is no attenuator. */
export async function openAttenuator(options: AttenuatorOptions): Promise<Attenuator> {
  const { path, baud = 9600, stepDb = 0.25, answerLimitMs } = options;
  const line = await openSerialLine({ path, baud, answerLimitMs });
  try {
    const model = await askName(line, 'MN');
    const serialNumber = await askName(line, 'SN');
    const maxDb = options.maxDb ?? readRange(path, model);
    return {
      kind: 'attenuator',
      identity: { address: path, model, serialNumber },
      maxDb,
      async setAttenuation(attenuationDb) {
        requireSetting(attenuationDb, maxDb, stepDb);
        const command = `:SETATT=${attenuationDb}`;
        const answer = await ask(line, command);
        if (answer !== '1') throw wrongAnswer(path, command, answer);
        const readBack = await ask(line, ':ATT?');
        if (!/^\d{1,3}(\.\d{1,4})?$/.test(readBack)) throw wrongAnswer(path, ':ATT?', readBack);
        if (Math.abs(Number(readBack) - attenuationDb) < stepDb / 2) return;
        throw new InstrumentError(
          'instrument-answer',
          `${path}: set to ${attenuationDb} dB, it reads back ${readBack} dB`,
        );
      },
      close: () => line.close(),
    };
  } catch (error) {
    await line.close();
    throw error;
  }
}

function ask(line: SerialLine, command: string): Promise<string> {
  return line.exchange(encodeText(`${command}\r\n`), readLine);
}

async function askName(line: SerialLine, field: 'MN' | 'SN'): Promise<string> {
  const answer = await ask(line, `:${field}?`);
  const name = answer.startsWith(`${field}=`) ? answer.slice(field.length + 1) : answer;
  // An attenuator that does not know a command says so in words.
  if (!/^[\w.-]{1,40}$/.test(name)) throw wrongAnswer(line.path, `:${field}?`, answer);
  return name;
}

function readRange(path: string, model: string): number {
  const [, range] = /-(\d{1,3})$/.exec(model) ?? [];
  if (range !== undefined && Number(range) > 0) return Number(range);
  throw new InstrumentError('instrument-answer', `${path}: the model ${model} does not tell its range; give max_db`);
}

function requireSetting(attenuationDb: number, maxDb: number, stepDb: number): void {
  const steps = attenuationDb / stepDb;
  const isOnStep = Math.abs(steps - Math.round(steps)) < 1e-6;
  if (attenuationDb >= 0 && attenuationDb <= maxDb && isOnStep) return;
  throw new RangeError(`attenuationDb: expected 0 to ${maxDb} in steps of ${stepDb}, got ${attenuationDb}`);
}

function wrongAnswer(path: string, command: string, answer: string): InstrumentError {
  return new InstrumentError('instrument-answer', `${path}: ${command} was answered by ${JSON.stringify(answer)}`);
}
