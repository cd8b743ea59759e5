import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opcodes } from '../../radio/index.js';
import { type ScriptedController, startScriptedController } from '../../radio/testing/scripted-controller.js';
import { until } from '../../radio/testing/until.js';
import type { FrameSet } from '../../schedule/frame-set.js';
import type { LogEntry } from '../log.js';
import { type DaemonOptions, runDaemon } from '../run.js';

export interface DaemonAtController {
  readonly controller: ScriptedController;
  readonly stateDirectory: string;
  readonly log: readonly LogEntry[];
  /** Resolves or rejects as the daemon does. */
  readonly ended: Promise<void>;
  /** What a signal does. */
  stop(): void;
  /** The parameters of each command of that opcode so far. */
  parametersOf(opcode: number): readonly Uint8Array[];
  clear(): Promise<void>;
}

/** The daemon in this process, on the air at a scripted controller over a socket. bleno allows one at a time. */
export async function startDaemonAtController({
  exponentK = 15,
  advertisingSets,
  frames,
  pairingMinutes = 0,
  ...options
}: {
  readonly exponentK?: number;
  readonly advertisingSets?: number;
  readonly frames?: FrameSet;
  readonly pairingMinutes?: number;
} & Partial<DaemonOptions> = {}): Promise<DaemonAtController> {
  const controller = await startScriptedController(advertisingSets === undefined ? {} : { advertisingSets });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'deskbeacon-daemon-'));
  const log: LogEntry[] = [];
  const end = new AbortController();
  const ended = runDaemon({
    config: {
      organisationUuid: new Uint8Array(16).fill(9),
      stateDirectory,
      exponentK,
      intervalMs: 100,
      measuredPowerDbm: -59,
      clockOffsetS: 0,
      pairingMinutes,
      ...(frames === undefined ? {} : { frames }),
    },
    radio: `h4:unix:${controller.path}`,
    signal: end.signal,
    log: (entry) => log.push(entry),
    ...options,
  });
  ended.catch(() => {}); // Each test looks at it later.
  const parametersOf = (wanted: number): readonly Uint8Array[] =>
    controller.received.filter(({ opcode }) => opcode === wanted).map(({ parameters }) => parameters);
  const dataOf = (opcode: number): number =>
    new Set(parametersOf(opcode).map((data) => Buffer.from(data).toString('hex'))).size;
  const isAlternating = (): boolean =>
    controller.isAdvertising() &&
    (pairingMinutes > 0 ||
      dataOf(opcodes.leSetAdvertisingData) >= 2 ||
      dataOf(opcodes.leSetExtendedAdvertisingData) >= 2);
  await until('the daemon alternates', isAlternating, 10_000);
  return {
    controller,
    stateDirectory,
    log,
    ended,
    stop: () => end.abort(),
    parametersOf,
    clear: async () => {
      end.abort();
      await ended.catch(() => {});
      await controller.close();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
