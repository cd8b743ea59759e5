import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { parseSeed } from '../air/seed-option.js';
import { untilAborted } from '../rigs/until-aborted.js';
import { openBuilding } from './building.js';
import type { BuildingEvent } from './events.js';
import type { TelephoneCall } from './judge.js';
import { CaptureError, decodeCapture } from './ladder/capture.js';
import { drawLadder } from './ladder/ladder-svg.js';
import { type Recorder, recordCalls } from './ladder/record-calls.js';
import { jsonOf, lineOf, messageLine, summaryLine } from './lines.js';
import { type PlannedTelephoneCall, plannedCalls } from './plan.js';
import { whyNoCalls } from './why-no-calls.js';

/** `npm run demo:call`: real telephony on loopback, an office on the virtual air, and what rings when a call comes in. */

const TIME_LIMIT_MS = 5 * 60_000;
const FAILED = 1;
const USAGE = 2;
const BAD_DATA = 65;
const NO_INPUT = 66;
const UNAVAILABLE = 69;
const CANNOT_CREATE = 73;
const INTERRUPTED = 130;
/** Where the screen and its ladder fit. */
const LEAST_COLUMNS = 80;
const LEAST_ROWS = 24;

interface Flags {
  readonly seed: number;
  readonly call?: string;
  readonly json?: boolean;
  readonly messages?: boolean;
  readonly plain?: boolean;
  readonly capture?: string;
  readonly draw?: string;
}

const program = new Command('npm run demo:call --')
  .description('A call comes in: the desk phone rings, the app rings or stays quiet. Real SIP on loopback.')
  .option('--seed <n>', 'repeat this office and its channel', parseSeed, 1)
  .option('--call <name>', 'this call alone')
  .option('--json', 'one JSON object a call')
  .option('--messages', 'every SIP message as well, on standard error')
  .option('--plain', 'lines on a terminal too, and no ladder')
  .option('--capture <dir>', 'keep each call as <call>.jsonl, and all messages as calls.pcap for Wireshark')
  .option('--draw <file>', 'no call: the ladder of a kept <call>.jsonl as SVG, on standard output')
  .showHelpAfterError()
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    throw error;
  }
  if (flags.draw !== undefined) return draw(flags.draw);
  const chosen = plannedCalls.filter(({ call }) => flags.call === undefined || call === flags.call);
  if (chosen.length === 0) {
    const names = plannedCalls.map(({ call }) => call).join(', ');
    return refuse(USAGE, `there is no call "${flags.call}"; there are ${names}`);
  }
  const why = whyNoCalls();
  if (why !== undefined) return refuse(UNAVAILABLE, why);
  let recorder: Recorder | undefined;
  try {
    if (flags.capture !== undefined) recorder = recordCalls(flags.capture);
  } catch (error) {
    return refuse(CANNOT_CREATE, `the calls cannot be kept: ${(error as Error).message}`);
  }
  return make(chosen, flags, recorder);
}

async function make(
  chosen: readonly PlannedTelephoneCall[],
  flags: Flags,
  recorder: Recorder | undefined,
): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('interrupted')));
  setTimeout(() => stop.abort(new Error('it took longer than five minutes')), TIME_LIMIT_MS).unref();
  const output = await chooseOutput(flags, chosen.length);
  const calls: TelephoneCall[] = [];
  const end = (): void => output.ends();
  stop.signal.addEventListener('abort', end);
  if (stop.signal.aborted) end(); // While the output was made.
  try {
    const building = await openBuilding(flags.seed, (event) => {
      recorder?.take(event);
      output.take(event);
    });
    try {
      for (const planned of chosen) calls.push(...(await untilAborted(stop.signal, building.call(planned))));
    } finally {
      await building.close();
    }
    output.summary(calls);
  } catch (error) {
    if (stop.signal.aborted && (stop.signal.reason as Error).message === 'interrupted') return INTERRUPTED;
    throw error;
  } finally {
    recorder?.close();
    await output.close();
  }
  return calls.every(({ ok }) => ok) ? 0 : FAILED;
}

interface Output {
  take(event: BuildingEvent): void;
  summary(calls: readonly TelephoneCall[]): void;
  /** It was told to end before the last call was made. */
  ends(): void;
  close(): Promise<void>;
}

async function chooseOutput(flags: Flags, of: number): Promise<Output> {
  const { isTTY, columns, rows } = process.stdout;
  const isPlain = process.env.TERM === 'dumb' || process.env.INK_SCREEN_READER === 'true';
  if (flags.json || flags.messages || flags.plain || isPlain || !isTTY || columns < LEAST_COLUMNS || rows < LEAST_ROWS)
    return lineOutput(flags);
  // Ink and chalk look at FORCE_COLOR alone, and before they are loaded.
  if (process.env.NO_COLOR !== undefined) process.env.FORCE_COLOR = '0';
  const { showLadder } = await import('./ladder/show-ladder.js');
  return showLadder({ of, rows });
}

function lineOutput({ json, messages }: Flags): Output {
  return {
    take(event) {
      if (messages && event.type === 'message') process.stderr.write(`${messageLine(event)}\n`);
      if (event.type !== 'results') return;
      for (const result of event.results)
        process.stdout.write(`${json ? jsonOf(result) : lineOf(result, event.planned.text)}\n`);
    },
    summary: (calls) => void process.stderr.write(`${summaryLine(calls)}\n`),
    ends: () => {},
    close: async () => {},
  };
}

function draw(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(NO_INPUT, (error as Error).message);
  }
  try {
    process.stdout.write(drawLadder(decodeCapture(text, file)));
    return 0;
  } catch (error) {
    if (error instanceof CaptureError) return refuse(BAD_DATA, error.message);
    throw error;
  }
}

function refuse(code: number, why: string): number {
  process.stderr.write(`${why}\n`);
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The calls could not be made: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
