import { Argument, type Command, InvalidArgumentError } from 'commander';
import { readConfigOf } from '../config/several-beacons.js';
import { pause } from '../daemon/aborts.js';
import { BeaconError } from '../errors.js';
import { askLocally, type LocalRequest, MOST_WINDOW_MINUTES } from '../health/control-socket.js';
import { renderNeighbours } from '../health/neighbour-lines.js';
import { renderStatus } from '../health/status-lines.js';
import type { Terminal } from './terminal.js';

interface LocalFlags {
  readonly config: string;
  readonly beacon?: string;
  readonly minutes?: number;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly listen?: boolean;
}

const WATCH_EVERY_MS = 2_000;
/** ECMA-48: cursor home, erase to the end of the display. */
const REDRAW = '\u001b[H\u001b[J';

/** What asks the running daemon over its control socket. */
export function addLocalCommands(program: Command, terminal: Terminal): void {
  withSocket(program.command('pair-window'))
    .description('let somebody connect: the holder of the label of a beacon that nobody owns, or the owner')
    .option('--minutes <n>', `for how long, up to ${MOST_WINDOW_MINUTES}`, parseMinutes, 5)
    .action((flags: LocalFlags) => tell(terminal, flags, { do: 'pair-window', minutes: flags.minutes ?? 5 }));
  withSocket(program.command('ring-all'))
    .description('take the frame that silences phones off the air, so that every phone rings; or put it back')
    .addArgument(new Argument('<on|off>').choices(['on', 'off']))
    .action((asked: string, flags: LocalFlags) => tell(terminal, flags, { do: 'ring-all', isOn: asked === 'on' }));
  withSocket(program.command('confirm-clock'))
    .description("say that this machine's clock is right, where nothing synchronises it: the beacon follows it")
    .action((flags: LocalFlags) => tell(terminal, flags, { do: 'confirm-clock' }));
  withSocket(program.command('neighbours'))
    .description('say which beacons of the organisation it heard last night, and how loud')
    .option('--listen', 'listen now, for ten seconds')
    .action(async (flags: LocalFlags) => {
      const told = await askDaemon(flags, { do: 'neighbours', listens: flags.listen === true });
      await terminal.print(flags.json === true ? `${JSON.stringify(told)}\n` : renderNeighbours(told));
    });
  withSocket(program.command('status'))
    .description('say whether the beacon is on the air, and how it does')
    .option('--watch', `again every ${WATCH_EVERY_MS / 1000} s until Ctrl-C`)
    .action((flags: LocalFlags) =>
      flags.watch === true ? watch(terminal, flags) : tell(terminal, flags, { do: 'status' }),
    );
}

function withSocket(command: Command): Command {
  return command
    .requiredOption('--config <file>', 'settings, TOML, with a control_socket')
    .option('--beacon <name>', 'which one, of several in [radios]')
    .option('--json', 'as JSON');
}

async function tell(terminal: Terminal, flags: LocalFlags, request: LocalRequest): Promise<void> {
  await terminal.print(written(await askDaemon(flags, request), flags));
}

async function watch(terminal: Terminal, flags: LocalFlags): Promise<void> {
  const isRedrawn = terminal.isTty && flags.json !== true;
  while (!terminal.signal.aborted) {
    const text = written(await askDaemon(flags, { do: 'status' }), flags);
    await terminal.print(isRedrawn ? REDRAW + text : text);
    await pause(WATCH_EVERY_MS, terminal.signal);
  }
}

function written(told: Readonly<Record<string, unknown>>, { json }: LocalFlags): string {
  return json === true ? `${JSON.stringify(told)}\n` : renderStatus(told);
}

/** @throws BeaconError `control-socket` where no daemon answers, or it cannot do what is asked. */
async function askDaemon(
  { config: file, beacon }: LocalFlags,
  request: LocalRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const { controlSocket } = await readConfigOf(file, beacon);
  if (controlSocket === undefined) throw new BeaconError('control-socket', `${file}: no control_socket is set`);
  const answer = await askLocally(controlSocket, request);
  if (!answer.ok) throw new BeaconError('control-socket', `${controlSocket}: ${answer.reason}`);
  const { ok: _ok, ...told } = answer;
  return told;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (text.trim() === '' || !(minutes > 0 && minutes <= MOST_WINDOW_MINUTES))
    throw new InvalidArgumentError(`expected 1 to ${MOST_WINDOW_MINUTES}.`);
  return minutes;
}
