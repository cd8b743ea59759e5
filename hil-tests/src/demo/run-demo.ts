import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProfileBeacon, SiteProfile } from '@deskbeacon/proximity-core';
import type { CallReport, PhoneNews } from '../phone/phone.js';
import { type AirProcess, startAir } from '../rigs/air-process.js';
import { type Child, startChild } from '../rigs/child.js';
import { type DaemonOnRig, startDaemonOn } from '../rigs/daemon-on-rig.js';
import { programs } from '../rigs/programs.js';
import { untilAborted } from '../rigs/until-aborted.js';
import type { DemoEvent } from './events.js';
import { walkOffice } from './office-air.js';
import {
  EXPONENT_K,
  INTERVAL_MS,
  type OtherDesk,
  profileOf,
  provisionOthers,
  recordingOf,
  type WindowFrames,
  windowsOf,
} from './provision.js';
import { type DemoCall, resultOf, type Summary, summarise } from './results.js';
import { type PlannedCall, planScene, type Scene, type SceneName } from './scenes.js';

export interface DemoOptions {
  readonly scene: SceneName;
  readonly seed: number;
  /** Adapters that are there already; without an air of ours around them, positions become instructions to a person. */
  readonly radios?: { readonly beacon: string; readonly phone: string; readonly air?: AirProcess };
  /** Keeps the capture of the phone's link, its trace, its profile and the air's log here. */
  readonly evidenceDirectory?: string;
  readonly emit: (event: DemoEvent) => void;
  /** Waits until a person has done what the instruction says; only with real adapters. */
  readonly confirm?: (instruction: string) => Promise<void>;
  readonly signal: AbortSignal;
}

const START_LIMIT_MS = 15_000;
const CALL_LIMIT_MS = 10_000;
const END_LIMIT_MS = 3_000;
/** Between two calls, so that a person can follow. */
const PAUSE_MS = 250;

/**
 * Brings up an office as separate processes (the air, the real daemon, a phone) and lets calls come in.
 * @returns what was decided, and the summary.
 * @throws Error when one of the processes fails; a wrong decision is no error, it is shown.
 */
export async function runDemo(options: DemoOptions): Promise<{ calls: readonly DemoCall[]; summary: Summary }> {
  // Real adapters bring no other desks with them.
  const scene = planScene(hasAir(options) ? options.scene : 'one-desk', options.seed);
  options.emit({ type: 'planned', scene, isVirtual: hasAir(options) });
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-'));
  const evidence = options.evidenceDirectory ?? directory;
  await mkdir(evidence, { recursive: true });
  const office = new Office(options, scene, directory, evidence);
  try {
    await office.open();
    const calls: DemoCall[] = [];
    for (const planned of scene.calls) {
      options.signal.throwIfAborted();
      const result = await office.call(planned, calls.length + 1);
      if (result !== undefined) calls.push(result);
    }
    const summary = summarise(calls);
    options.emit({ type: 'summary', summary });
    return { calls, summary };
  } finally {
    await office.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whether the air is ours, be it the demo's own or one that is there already. */
function hasAir({ radios }: DemoOptions): boolean {
  return radios === undefined || radios.air !== undefined;
}

/** The processes of one demo. */
class Office {
  readonly #options: DemoOptions;
  readonly #scene: Scene;
  readonly #directory: string;
  readonly #evidence: string;
  readonly #organisationUuid = randomBytes(16).toString('hex');
  #air: AirProcess | undefined;
  #ownsAir = true;
  #daemon: DaemonOnRig | undefined;
  #phone: Child | undefined;
  #trace: WriteStream | undefined;
  #own: ProfileBeacon | undefined;

  constructor(options: DemoOptions, scene: Scene, directory: string, evidence: string) {
    this.#options = options;
    this.#scene = scene;
    this.#directory = directory;
    this.#evidence = evidence;
  }

  async open(): Promise<void> {
    const others = hasAir(this.#options) ? provisionOthers(this.#scene, Date.now()) : [];
    if (hasAir(this.#options)) {
      this.#step('bringing up the virtual air');
      await this.#openAir(this.#options.radios?.air);
      for (const other of others)
        await this.#transmit(other.desk.id, other.desk, windowsOf(other.beacon, this.#organisationUuid, Date.now()));
    }
    this.#step('starting deskbeacond beside the desk phone');
    this.#own = (await this.#startDaemon()).profileBeacon;
    const profile = this.#profile(this.#own, others);
    await writeFile(join(this.#evidence, 'profile.json'), `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
    this.#step('starting the phone: it knows its radio and its profile, nothing else');
    await this.#startPhone();
  }

  /** @returns the result, or nothing where this call cannot be made on real adapters. */
  async call(planned: PlannedCall, number: number): Promise<DemoCall | undefined> {
    if (!hasAir(this.#options) && planned.class === 'forger') {
      this.#step(`${planned.call} left out: a forger needs the virtual air`);
      return undefined;
    }
    await this.#arrange(planned);
    this.#options.emit({ type: 'call', planned, number, of: this.#scene.calls.length });
    const phone = this.#phone as Child;
    const report = phone.expect(
      (message): message is { report: CallReport } => isNews(message, 'report'),
      CALL_LIMIT_MS,
    );
    phone.tell({ call: planned.call, deadlineMs: 1500 });
    const result = resultOf(planned, (await report).report);
    this.#options.emit({ type: 'result', result });
    await this.#tidyUp(planned);
    await pause(PAUSE_MS, undefined, { signal: this.#options.signal });
    return result;
  }

  async close(): Promise<void> {
    this.#phone?.process.stdin?.end();
    await this.#phone?.end('SIGTERM', END_LIMIT_MS);
    await this.#daemon?.stop();
    if (this.#ownsAir) await this.#air?.stop();
    const trace = this.#trace;
    if (trace !== undefined) await new Promise<void>((resolve) => trace.end(() => resolve()));
  }

  /** In the virtual air the office was walked before, desk by desk; a person with two adapters has walked nothing. */
  #profile(own: ProfileBeacon, others: readonly OtherDesk[]): SiteProfile {
    const unwalked = profileOf(this.#scene, own, others, this.#organisationUuid);
    if (!hasAir(this.#options)) return unwalked;
    const { seed } = this.#scene;
    const setUp = { scene: this.#scene, seed, own, others, organisationUuid: this.#organisationUuid };
    const walked = walkOffice({ ...setUp, startedUnixMs: Date.now() }, unwalked);
    return profileOf(this.#scene, own, others, this.#organisationUuid, walked);
  }

  async #arrange(planned: PlannedCall): Promise<void> {
    if (planned.class === 'unplugged') await this.#cutPower();
    if (!hasAir(this.#options)) {
      const text = `Carry the phone's adapter: ${planned.where}.`;
      this.#options.emit({ type: 'instruction', text });
      // A person may never press Enter: the end of the demo does not wait for it.
      await untilAborted(this.#options.signal, this.#options.confirm?.(text));
      return;
    }
    const { xM, yM } = planned.phone;
    await this.#askAir({ do: 'place', id: 'phone', x: xM, y: yM, pose: planned.pose, placement: planned.call });
    if (planned.class === 'forger') {
      const recording = recordingOf(this.#own as ProfileBeacon, this.#organisationUuid, Date.now());
      await this.#transmit('forger', { xM: xM + 0.5, yM }, [recording]);
    }
  }

  async #tidyUp(planned: PlannedCall): Promise<void> {
    if (planned.class === 'forger') await this.#askAir({ do: 'remove', id: 'forger' });
    if (planned.class === 'unplugged') await this.#startDaemon();
  }

  async #openAir(running: AirProcess | undefined): Promise<void> {
    this.#air = running ?? (await startAir(this.#scene.seed));
    this.#ownsAir = running === undefined;
    await this.#askAir({
      do: 'walls',
      walls: this.#scene.walls.map(({ from, to, lossDb }) => ({
        x1: from.xM,
        y1: from.yM,
        x2: to.xM,
        y2: to.yM,
        lossDb,
      })),
    });
    await this.#askAir({ do: 'log', file: join(this.#evidence, 'air.jsonl') });
    for (const id of running === undefined ? ['desk', 'phone'] : [])
      await this.#askAir({ do: 'controller', id, socket: join(this.#directory, `${id}.sock`) });
    await this.#askAir({
      do: 'place',
      id: 'desk',
      x: this.#scene.own.xM,
      y: this.#scene.own.yM,
      pose: 'desk',
      placement: 'desk',
    });
  }

  async #askAir(order: { readonly do: string } & Record<string, unknown>): Promise<void> {
    await (this.#air as AirProcess).order(order);
  }

  async #transmit(id: string, at: { xM: number; yM: number }, windows: readonly WindowFrames[]): Promise<void> {
    await this.#askAir({
      do: 'transmit',
      id,
      x: at.xM,
      y: at.yM,
      address: windows[0]?.address,
      intervalMs: INTERVAL_MS,
      frames: windows.map(({ fromMs, address, data }) => ({ fromMs, address, data })),
    });
  }

  async #startDaemon(): Promise<DaemonOnRig> {
    this.#daemon = await startDaemonOn({
      radio: this.#options.radios?.beacon ?? `h4:unix:${join(this.#directory, 'desk.sock')}`,
      directory: this.#directory,
      exponentK: EXPONENT_K,
      organisationUuid: this.#organisationUuid,
      desk: this.#scene.own.id,
    });
    return this.#daemon;
  }

  /** A beacon without power says no good-bye: its process is gone in an instant and its controller with it. */
  async #cutPower(): Promise<void> {
    this.#step('cutting the power of the beacon');
    // A real adapter keeps its own power, so there the daemon has to switch it off.
    await this.#daemon?.stop(this.#options.radios === undefined ? 'SIGKILL' : 'SIGTERM');
  }

  async #startPhone(): Promise<void> {
    this.#trace = createWriteStream(join(this.#evidence, 'phone.trace.jsonl'), { mode: 0o600 });
    const capture = encodeURIComponent(join(this.#evidence, 'phone.btsnoop'));
    const address = this.#options.radios?.phone ?? `h4:unix:${join(this.#directory, 'phone.sock')}`;
    const radio = `${address}${address.includes('?') ? '&' : '?'}btsnoop=${capture}`;
    const command = [programs.phone, radio, join(this.#evidence, 'profile.json')];
    this.#phone = startChild({ name: 'the phone', command, onMessage: (message) => this.#onPhoneNews(message) });
    await this.#phone.expect((message): message is object => isNews(message, 'ready'), START_LIMIT_MS);
  }

  #onPhoneNews(message: unknown): void {
    const news = message as PhoneNews;
    const { emit } = this.#options;
    if (news.news === 'trace') this.#trace?.write(`${news.line}\n`);
    if (news.news === 'scan-started' || news.news === 'scan-stopped') emit({ type: news.news, atMs: news.atMs });
    if (news.news === 'heard') emit({ type: 'heard', desk: news.desk, rssiDbm: news.rssiDbm, atMs: news.atMs });
    if (news.news === 'decided') emit({ type: 'decided', decision: news.decision });
  }

  #step(text: string): void {
    this.#options.emit({ type: 'step', text });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNews(message: unknown, news: string): boolean {
  return isObject(message) && message.news === news;
}
