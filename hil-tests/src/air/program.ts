/** The program `deskbeacon-air`: flags, the configuration, the lines of standard input, the end. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { AirError, adviceFor, exitCodeFor } from './air-error.js';
import { type JsonObject, parseObject, readList, readOptionalNumber, requireObject } from './fields.js';
import { parseSeed } from './seed-option.js';
import { createAirServer } from './server.js';
import { createSteering, type Steering } from './steering.js';

export interface ProgramIo {
  readonly stdin: Readable;
  /** Takes one line for standard output, without its end. */
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Calls back once, when the program is told to end. */
  readonly onEndSignal: (end: () => void) => void;
}

interface Flags {
  readonly socket?: string;
  readonly controllers?: readonly string[];
  readonly seed?: number;
  readonly config?: string;
  readonly log?: string;
}

const linesHelp = `
Lines on standard input, each one JSON object, each answered by one:
  {"do":"controller","id":"desk-1","socket":"/tmp/air/desk-1.sock","x":0,"y":0}
  {"do":"place","id":"phone","x":1.2,"y":0.4,"pose":"pocket","placement":"call-1"}
  {"do":"scan","id":"phone","scan":"android-low-latency"}
  {"do":"transmit","id":"desk-2","x":3,"y":0,"address":"3a:00:00:00:00:02","intervalMs":100,
   "dwellMs":130,"frames":[{"fromMs":0,"data":["0201060303aafe","020106"]}]}
  {"do":"walls","walls":[{"x1":2,"y1":-5,"x2":2,"y2":5,"lossDb":6}]}
  {"do":"fault","id":"desk-1","kind":"lost","opcode":"0x2008","times":1}
  {"do":"log","file":"air.jsonl"}  {"do":"status"}  {"do":"remove","id":"desk-2"}  {"do":"end"}

It ends with its standard input, on SIGTERM and on SIGINT, and removes its sockets.
A program opens a controller by the radio string that is printed, e.g. --radio h4:unix:/tmp/air/desk-1.sock
`;

/** Runs the program to its end. @returns the exit code. */
export async function runAir(argv: readonly string[], io: ProgramIo): Promise<number> {
  try {
    const flags = parseFlags(argv, io);
    if (flags === undefined) return 0;
    return await serve(flags, io);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof AirError)) throw error;
    io.printError(`deskbeacon-air: ${error.message}\n${adviceFor(error.code)}`);
    return exitCodeFor(error.code);
  }
}

function parseFlags(argv: readonly string[], io: ProgramIo): Flags | undefined {
  const command = new Command('deskbeacon-air')
    .description(
      'A virtual office full of radio: Bluetooth LE controllers on unix sockets, joined by a seeded channel.',
    )
    .option('--socket <dir>', 'directory for the sockets of --controllers')
    .option('--controllers <ids>', 'names of controllers to serve, with commas; placed 1 m apart', parseNames)
    .option('--seed <n>', 'the same seed gives the same radio', parseSeed)
    .option(
      '--config <file>',
      'JSON: {seed, walls, log, orders: [lines as below]}; - reads the first line of standard input',
    )
    .option('--log <file>', 'write every advertising event to this file, as JSON Lines')
    .addHelpText('after', linesHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.printError(text.trimEnd()),
    });
  command.parse([...argv], { from: 'user' });
  const flags = command.opts<Flags>();
  if ((flags.controllers === undefined) !== (flags.socket === undefined)) {
    command.error(
      'error: --socket and --controllers belong together. Try: --socket /tmp/air --controllers desk-1,phone',
    );
  }
  return flags;
}

async function serve(flags: Flags, io: ProgramIo): Promise<number> {
  const lines = createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const reader = lines[Symbol.asyncIterator]();
  const ended = new Promise<undefined>((resolve) => io.onEndSignal(() => resolve(undefined)));
  const config = await readConfig(flags.config, async () => (await Promise.race([reader.next(), ended]))?.value);
  const seed = flags.seed ?? readOptionalNumber(config, 'seed', 0, Number.MAX_SAFE_INTEGER) ?? 1;
  const server = createAirServer({ seed: Math.floor(seed) });
  const steering = createSteering(server);
  try {
    for (const order of startOrders(flags, config)) {
      const answer = await steering.execute(JSON.stringify(order));
      requireSuccess(answer);
      io.print(answer);
    }
    io.print(JSON.stringify({ done: 'start', ok: true, seed: server.seed }));
    await obey(reader, ended, steering, io);
  } finally {
    lines.close();
    await steering.close();
    await server.close();
  }
  return 0;
}

/** One line after the other: an order sees the world its predecessors made. */
async function obey(
  reader: AsyncIterator<string>,
  ended: Promise<undefined>,
  steering: Steering,
  io: ProgramIo,
): Promise<void> {
  while (!steering.hasEnded()) {
    const next = await Promise.race([reader.next(), ended]);
    if (next === undefined || next.done === true) return;
    if (next.value.trim() !== '') io.print(await steering.execute(next.value));
  }
}

function startOrders(flags: Flags, config: JsonObject): readonly JsonObject[] {
  const orders = readList(config, 'orders', 10_000).map((order) => requireObject('orders', order));
  const names = flags.controllers ?? [];
  const directory = flags.socket ?? '.';
  if (names.length > 0) makeDirectory(directory);
  const controllers = names.map((id, x) => ({ do: 'controller', id, socket: join(directory, `${id}.sock`), x, y: 0 }));
  const log = flags.log ?? config.log;
  return [
    ...(config.walls === undefined ? [] : [{ do: 'walls', walls: config.walls }]),
    ...(log === undefined ? [] : [{ do: 'log', file: log }]),
    ...controllers,
    ...orders,
  ];
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AirError('socket-create', `cannot make the directory ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function readConfig(
  path: string | undefined,
  readFirstLine: () => Promise<string | undefined>,
): Promise<JsonObject> {
  if (path === undefined) return {};
  if (path === '-') return parseObject((await readFirstLine()) ?? '{}');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AirError('config-missing', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return parseObject(text);
}

/** An order given at start must succeed: half an office is worse than none. */
function requireSuccess(answer: string): void {
  const { ok, done, error, code } = JSON.parse(answer);
  if (ok === true) return;
  if (code === 'bug') throw new Error(`${done}: ${error}`);
  throw new AirError(code, `${done}: ${error}`);
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const isFit = names.every((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name));
  if (!isFit || new Set(names).size < names.length) {
    throw new InvalidArgumentError(
      'Expected different names of letters, digits, ".", "_" and "-", with commas between.',
    );
  }
  return names;
}
