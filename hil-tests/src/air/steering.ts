/**
 * The lines that steer an air: each is one JSON object with `do`, each is answered by one.
 *
 * | do | fields (optional ones in brackets) |
 * |---|---|
 * | controller | id, socket, [x, y, pose, placement], [address], [receiverOffsetDb], [powerAt1mDbm], [scan], [refuseEnableWhileEnabled] |
 * | place | id, x, y, [pose: desk hand pocket back-turned], [placement] |
 * | scan | id, [scan: a preset's name, or {intervalMs, windowMs}; absent: as the host asks] |
 * | transmit | id, x, y, address, intervalMs, frames: [{fromMs, data: [hex…], [address]}], [dwellMs: 130], [powerAt1mDbm] |
 * | remove | id |
 * | walls | walls: [{x1, y1, x2, y2, [lossDb: 6]}] |
 * | fault | id, kind: refuse late lost duplicate power-off power-on unplug clear; [opcode: a number or "0x200a"], [times: 1], [status: 12], [by: complete status], [delayMs: 1000] |
 * | log | [file]: absent ends it |
 * | status | |
 * | end | |
 *
 * Positions are metres, `fromMs` is Unix time in ms. A `tag` of any kind is given back with the answer.
 */
import { parseAddress } from './advertisement.js';
import type { Placement } from './air-contract.js';
import { AirError, adviceFor } from './air-error.js';
import { type AirLogFile, openAirLogFile } from './air-log-file.js';
import { drywallLossDb, poses } from './channel-parameters.js';
import { faultKinds } from './faults.js';
import {
  complain,
  type JsonObject,
  parseHex,
  parseObject,
  readList,
  readNumber,
  readOptionalChoice,
  readOptionalFlag,
  readOptionalNumber,
  readOptionalText,
  readText,
  requireObject,
} from './fields.js';
import type { Wall } from './plan.js';
import { type ScanTiming, scanPresets } from './scan-window.js';
import { createScriptPlayer, type ScriptedFrame } from './scripted-frames.js';
import type { AirServer } from './server.js';

export interface Steering {
  /** Carries out one line. Never rejects: what went wrong is in the answer. @returns the answer, one JSON object as text. */
  execute(line: string): Promise<string>;
  hasEnded(): boolean;
  close(): Promise<void>;
}

type Verb = (order: JsonObject) => Promise<JsonObject | undefined> | JsonObject | undefined;

const lineLimit = 4 * 1024 * 1024;

export function createSteering(server: AirServer): Steering {
  let logFile: AirLogFile | undefined;
  let hasEnded = false;

  const verbs: Readonly<Record<string, Verb>> = {
    controller: (order) => openController(server, order),
    place: (order) => server.place(readPlacement(order)) as undefined,
    scan: (order) => server.overrideScan(readText(order, 'id'), readScan(order)) as undefined,
    transmit: (order) => transmit(server, order),
    remove: async (order) => {
      const id = readText(order, 'id');
      if (!(await server.remove(id))) throw new AirError('config-invalid', `id: there is nothing named ${id}`);
      return undefined;
    },
    walls: (order) => server.setWalls(readList(order, 'walls', 1024).map(readWall)) as undefined,
    fault: (order) => injectFault(server, order) as undefined,
    log: async (order) => {
      const path = readOptionalText(order, 'file');
      const opened = path === undefined ? undefined : await openAirLogFile(path);
      await closeLog();
      logFile = opened;
      server.setLog(opened?.write);
      return undefined;
    },
    status: () => ({ ...server.status(), logLinesDropped: logFile?.dropped() ?? 0 }),
    end: () => {
      hasEnded = true;
      return undefined;
    },
  };

  async function closeLog(): Promise<void> {
    server.setLog(undefined);
    await logFile?.close();
    logFile = undefined;
  }

  async function execute(line: string): Promise<string> {
    let order: JsonObject = {};
    try {
      if (line.length > lineLimit)
        throw new AirError('config-invalid', `line: expected at most ${lineLimit} characters`);
      order = parseObject(line);
      const verb = readText(order, 'do');
      const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
      if (run === undefined) throw complain('do', Object.keys(verbs).join(', '), verb);
      return JSON.stringify({ done: verb, ok: true, tag: order.tag, ...(await run(order)) });
    } catch (error) {
      return JSON.stringify({ done: order.do, ok: false, tag: order.tag, ...describeFailure(error) });
    }
  }

  return { execute, hasEnded: () => hasEnded, close: closeLog };
}

function describeFailure(error: unknown): JsonObject {
  if (error instanceof AirError) return { error: error.message, code: error.code, advice: adviceFor(error.code) };
  // A range the air itself keeps: the same kind of mistake, found one room further in.
  if (error instanceof RangeError)
    return { error: error.message, code: 'config-invalid', advice: adviceFor('config-invalid') };
  return { error: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 'bug' };
}

async function openController(server: AirServer, order: JsonObject): Promise<JsonObject> {
  const id = readText(order, 'id');
  const address = readOptionalText(order, 'address');
  const placement = order.x === undefined ? undefined : readPlacement(order);
  const radio = await server.openController({
    id,
    socketPath: readText(order, 'socket'),
    address: address === undefined ? undefined : parseAddress(address),
    receiverOffsetDb: readOptionalNumber(order, 'receiverOffsetDb', -60, 60),
    powerAt1mDbm: readOptionalNumber(order, 'powerAt1mDbm', -120, 20),
    scanOverride: readScan(order),
    refusesEnableWhileEnabled: readOptionalFlag(order, 'refuseEnableWhileEnabled'),
  });
  if (placement !== undefined) server.place(placement);
  return { id, radio };
}

function transmit(server: AirServer, order: JsonObject): undefined {
  const placement = readPlacement(order);
  const play = createScriptPlayer({
    address: parseAddress(readText(order, 'address')),
    dwellMs: readOptionalNumber(order, 'dwellMs', 1, 3_600_000) ?? 130,
    frames: readList(order, 'frames', 100_000).map(readFrame),
  });
  const intervalUs = Math.round(readNumber(order, 'intervalMs', 20, 10_240) * 1000);
  const powerAt1mDbm = readOptionalNumber(order, 'powerAt1mDbm', -120, 20);
  server.place(placement);
  server.transmit({
    id: placement.id,
    intervalUs,
    powerAt1mDbm,
    advertisementAt: (atUs) => play(server.unixMsAt(atUs)),
  });
}

function injectFault(server: AirServer, order: JsonObject): void {
  const id = readText(order, 'id');
  const kinds = [...faultKinds, 'power-off', 'power-on', 'unplug', 'clear'] as const;
  const kind = readOptionalChoice(order, 'kind', kinds);
  if (kind === undefined) throw complain('kind', kinds.join(', '), undefined);
  if (kind === 'power-off' || kind === 'power-on') server.setPower(id, kind === 'power-on');
  else if (kind === 'unplug') server.unplug(id);
  else if (kind === 'clear') server.clearFaults(id);
  else {
    const delayMs = readOptionalNumber(order, 'delayMs', 0, 600_000);
    server.injectFault(id, {
      kind,
      opcode: readOpcode(order),
      times: readOptionalNumber(order, 'times', 1, 1_000_000) ?? 1,
      status: readOptionalNumber(order, 'status', 1, 255),
      isByCommandStatus: readOptionalChoice(order, 'by', ['complete', 'status']) === 'status',
      delayUs: delayMs === undefined ? undefined : Math.round(delayMs * 1000),
    });
  }
}

function readOpcode(order: JsonObject): number | undefined {
  if (typeof order.opcode !== 'string') return readOptionalNumber(order, 'opcode', 0, 0xffff);
  if (!/^0x[0-9a-f]{1,4}$/i.test(order.opcode))
    throw complain('opcode', 'a number or a text like 0x200a', order.opcode);
  return Number.parseInt(order.opcode, 16);
}

function readPlacement(order: JsonObject): Placement {
  return {
    id: readText(order, 'id'),
    xM: readNumber(order, 'x', -1e6, 1e6),
    yM: readNumber(order, 'y', -1e6, 1e6),
    pose: readOptionalChoice(order, 'pose', poses),
    placement: readOptionalText(order, 'placement'),
  };
}

function readScan(order: JsonObject): ScanTiming | undefined {
  if (order.scan === undefined) return undefined;
  if (typeof order.scan === 'string') {
    const presets = Object.keys(scanPresets) as (keyof typeof scanPresets)[];
    const preset = readOptionalChoice(order, 'scan', presets);
    return preset === undefined ? undefined : scanPresets[preset];
  }
  const scan = requireObject('scan', order.scan);
  const intervalMs = readNumber(scan, 'intervalMs', 2.5, 40_959);
  const windowMs = readNumber(scan, 'windowMs', 2.5, intervalMs);
  return { intervalUs: Math.round(intervalMs * 1000), windowUs: Math.round(windowMs * 1000) };
}

function readFrame(value: unknown): ScriptedFrame {
  const frame = requireObject('frame', value);
  const address = readOptionalText(frame, 'address');
  return {
    fromUnixMs: readNumber(frame, 'fromMs', -8.64e15, 8.64e15),
    data: readList(frame, 'data', 64).map((data) => parseHex('data', data)),
    address: address === undefined ? undefined : parseAddress(address),
  };
}

function readWall(value: unknown): Wall {
  const wall = requireObject('wall', value);
  const at = (field: string): number => readNumber(wall, field, -1e6, 1e6);
  const lossDb = readOptionalNumber(wall, 'lossDb', 0, 200) ?? drywallLossDb;
  return { x1M: at('x1'), y1M: at('y1'), x2M: at('x2'), y2M: at('y2'), lossDb };
}
