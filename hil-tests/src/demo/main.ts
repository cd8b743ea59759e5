import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommanderError, Option } from 'commander';
import { parseSeed } from '../air/seed-option.js';
import { EndedEarly } from '../rigs/child.js';
import type { DemoEvent } from './events.js';
import { resultLine, sceneLine, summaryLines } from './lines.js';
import { type DemoOptions, runDemo } from './run-demo.js';
import { type SceneName, sceneNames } from './scenes.js';

interface Flags {
  readonly seed: number;
  readonly scene: SceneName;
  readonly json?: boolean;
  readonly evidence?: string;
  readonly radio?: string;
  readonly phoneRadio?: string;
  readonly color: boolean;
}

/** The whole demo must end by itself, whatever hangs. */
const TIME_LIMIT_MS = 55_000;
/** With real adapters a person walks about. */
const WALK_LIMIT_MS = 30 * 60_000;
const WALK_PAUSE_MS = 8_000;

const program = new Command('npm start --')
  .description('A small office on the virtual air: calls come in, and the phone rings or stays quiet.')
  .option('--seed <n>', 'repeat this office and its channel', parseSeed, 1)
  .addOption(new Option('--scene <name>', 'what to bring up').choices(sceneNames).default('office'))
  .option('--json', 'one JSON object a call on standard output, the summary on standard error')
  .option('--evidence <dir>', "keep the capture of the phone's link, its trace, its profile and the air's log")
  .option('--radio <radio>', 'a real adapter for the beacon, for example hci:0')
  .option('--phone-radio <radio>', 'a real adapter for the phone, for example hci:1')
  .option('--no-color', 'no colours')
  .showHelpAfterError()
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
    if ((flags.radio === undefined) !== (flags.phoneRadio === undefined)) {
      program.error('error: --radio and --phone-radio go together: one adapter is the beacon, the other the phone');
    }
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort(new Error('interrupted')));
  process.on('SIGTERM', () => stop.abort(new Error('interrupted')));
  const isReal = flags.radio !== undefined;
  const limit = setTimeout(
    () => stop.abort(new Error('the demo took too long')),
    isReal ? WALK_LIMIT_MS : TIME_LIMIT_MS,
  );
  limit.unref();
  const output = await chooseOutput(flags);
  try {
    await runDemo({ ...demoOptions(flags), emit: output.emit, confirm: output.confirm, signal: stop.signal });
    return 0;
  } catch (error) {
    if (stop.signal.aborted && (stop.signal.reason as Error).message === 'interrupted') return 130;
    throw error;
  } finally {
    await output.close();
  }
}

function demoOptions({
  scene,
  seed,
  evidence,
  radio,
  phoneRadio,
}: Flags): Pick<DemoOptions, 'scene' | 'seed' | 'evidenceDirectory' | 'radios'> {
  return {
    scene,
    seed,
    ...(evidence === undefined ? {} : { evidenceDirectory: evidence }),
    ...(radio === undefined || phoneRadio === undefined ? {} : { radios: { beacon: radio, phone: phoneRadio } }),
  };
}

interface Output {
  readonly emit: (event: DemoEvent) => void;
  readonly confirm: (instruction: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function chooseOutput(flags: Flags): Promise<Output> {
  if (flags.json === true)
    return lineOutput((event) => (event.type === 'result' ? JSON.stringify(event.result) : undefined), process.stderr);
  if (!process.stdout.isTTY) return lineOutput(readable(), process.stdout);
  // Ink and chalk look at FORCE_COLOR alone, and before they are loaded.
  if (!flags.color || process.env.NO_COLOR !== undefined || process.env.TERM === 'dumb') process.env.FORCE_COLOR = '0';
  const { showOffice } = await import('./show-office.js');
  const screen = showOffice();
  return { ...screen, confirm: () => screen.confirm() };
}

function lineOutput(lineOf: (event: DemoEvent) => string | undefined, summaryTo: NodeJS.WriteStream): Output {
  return {
    emit(event) {
      const line = lineOf(event);
      if (line !== undefined) process.stdout.write(`${line}\n`);
      if (event.type === 'summary') summaryTo.write(`${summaryLines(event.summary).join('\n')}\n`);
      if (event.type === 'instruction')
        process.stderr.write(`${event.text} The call comes in ${WALK_PAUSE_MS / 1000} s.\n`);
    },
    confirm: async () => void (await pause(WALK_PAUSE_MS)),
    close: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
  };
}

function readable(): (event: DemoEvent) => string | undefined {
  let where = '';
  return (event) => {
    if (event.type === 'planned') return sceneLine(event.scene);
    if (event.type === 'call') where = event.planned.where;
    return event.type === 'result' ? resultLine(event.result, where) : undefined;
  };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The demo could not be finished: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof EndedEarly ? (error.exitCode ?? 1) : 1);
  },
);
