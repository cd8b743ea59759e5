import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProfileBeacon } from '@deskbeacon/proximity-core';
import { walkOffice } from '../demo/office-air.js';
import {
  EXPONENT_K,
  INTERVAL_MS,
  type OtherDesk,
  profileOf,
  provisionOthers,
  recordingOf,
  type WindowFrames,
  windowsOf,
} from '../demo/provision.js';
import { type CallClass, type Point, planScene, type Scene } from '../demo/scenes.js';
import { type AirProcess, startAir } from '../rigs/air-process.js';
import { type Child, startChild } from '../rigs/child.js';
import { startDaemonOn } from '../rigs/daemon-on-rig.js';
import { programs } from '../rigs/programs.js';
import type { SoftphoneNews } from '../softphone/softphone.js';
import { judgeCall, type Observed, type TelephoneCall } from './judge.js';
import { type PlannedTelephoneCall, RING_AFTER_MS } from './plan.js';
import { startCaller } from './telephony/caller.js';
import { type DeskPhone, startDeskPhone } from './telephony/desk-phone.js';
import { openObserver, type SeenMessage } from './telephony/hep.js';
import { startProxy } from './telephony/proxy.js';

/** An office on the virtual air and a telephone system on loopback: a proxy, a desk phone, an app, a caller. */
export interface Building {
  call(planned: PlannedTelephoneCall): Promise<TelephoneCall>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const EXTENSION = '1001';
const START_LIMIT_MS = 15_000;
const OVER_LIMIT_MS = 20_000;
const END_LIMIT_MS = 3000;
const SETTLE_MS = 150;
/** A radio that is switched on again is set up anew. */
const RADIO_ON_MS = 2500;

type News = { readonly news: string; readonly call?: string; readonly unixMs: number } & Partial<
  Omit<Extract<SoftphoneNews, { news: 'woken' }>, 'news' | 'call'>
> & { readonly decision?: { readonly decision: 'ring' | 'silence'; readonly reason: string } };

/** @param tell hears every message on the wire and everything the app does, as it happens. */
export async function openBuilding(
  seed: number,
  tell: (event: { readonly message: SeenMessage } | { readonly news: News }) => void,
): Promise<Building> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-calls-'));
  const cleanUps: (() => unknown)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  };
  try {
    const password = randomBytes(12).toString('hex');
    const [proxyPort, sipPort, controlPort, callerPort] = await freePorts(4);
    const messages: SeenMessage[] = [];
    const observer = await openObserver(HOST, (message) => {
      messages.push(message);
      tell({ message });
    });
    cleanUps.push(() => observer.close());
    const proxy = await startProxy({ host: HOST, port: proxyPort, observerPort: observer.port, password }, directory);
    cleanUps.push(() => proxy.close());
    const office = await openOffice(seed, directory, cleanUps);
    const startDesk = (): Promise<DeskPhone> =>
      startDeskPhone({ user: EXTENSION, password, host: HOST, proxyPort, sipPort, controlPort, directory });
    let desk: DeskPhone | undefined = await startDesk();
    cleanUps.push(() => desk?.close());
    const news: News[] = [];
    const app = await startApp(directory, office, { user: `${EXTENSION}m`, password, proxyPort }, (one) => {
      news.push(one);
      tell({ news: one });
    });
    cleanUps.push(async () => {
      app.process.stdin?.end();
      await app.end('SIGTERM', END_LIMIT_MS);
    });

    return {
      close,
      async call(planned) {
        messages.length = 0;
        news.length = 0;
        await office.arrange(planned);
        if (planned.desk === 'unregistered') {
          await desk?.close();
          desk = undefined;
        }
        const { ending, call } = planned;
        const { isEmergency } = planned;
        const callId = `${call}-${seed}`;
        const caller = await startCaller({
          callId,
          extension: EXTENSION,
          host: HOST,
          proxyPort,
          port: callerPort,
          directory,
          isEmergency,
          ...(ending.by === 'caller' ? { hangsUpAfterMs: ending.afterMs } : {}),
        });
        cleanUps.push(() => caller.stop());
        if (ending.by !== 'caller') {
          await pause(ending.afterMs);
          if (ending.by === 'desk') await desk?.answer();
          else app.tell({ do: 'answer' });
        }
        const code = await Promise.race([caller.ended, pause(OVER_LIMIT_MS, 'late' as const, { ref: false })]);
        await pause(SETTLE_MS);
        if (code !== 0) throw new Error(`the caller of ${call} ended with ${code}: ${caller.lastWords()}`);
        await office.tidyUp(planned);
        desk ??= await startDesk();
        const ofCall = messages.filter(({ text }) => text.includes(`Call-ID: ${callId}\r\n`));
        return judgeCall(planned, observe(ofCall, news, { sipPort, callerPort }));
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Office {
  readonly phoneRadio: string;
  readonly profile: unknown;
  arrange(planned: PlannedTelephoneCall): Promise<void>;
  tidyUp(planned: PlannedTelephoneCall): Promise<void>;
}

/** The demo's office: the real daemon at the own desk, scripted beacons at the others, walked beforehand. */
async function openOffice(seed: number, directory: string, cleanUps: (() => unknown)[]): Promise<Office> {
  const scene = planScene('office', seed);
  const organisationUuid = randomBytes(16).toString('hex');
  const air: AirProcess = await startAir(seed);
  cleanUps.push(() => air.stop());
  await air.order({
    do: 'walls',
    walls: scene.walls.map(({ from, to, lossDb }) => ({ x1: from.xM, y1: from.yM, x2: to.xM, y2: to.yM, lossDb })),
  });
  for (const id of ['desk', 'phone']) await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
  await air.order({ do: 'place', id: 'desk', x: scene.own.xM, y: scene.own.yM, pose: 'desk', placement: 'desk' });
  const others: readonly OtherDesk[] = provisionOthers(scene, Date.now());
  const transmit = (id: string, at: Point, frames: readonly WindowFrames[]): Promise<unknown> =>
    air.order({
      do: 'transmit',
      id,
      x: at.xM,
      y: at.yM,
      address: frames[0]?.address,
      intervalMs: INTERVAL_MS,
      frames: frames.map(({ fromMs, address, data }) => ({ fromMs, address, data })),
    });
  for (const { desk, beacon } of others) await transmit(desk.id, desk, windowsOf(beacon, organisationUuid, Date.now()));
  const radio = `h4:unix:${join(directory, 'desk.sock')}`;
  const daemon = await startDaemonOn({
    radio,
    directory,
    exponentK: EXPONENT_K,
    organisationUuid,
    desk: scene.own.id,
  });
  cleanUps.push(() => daemon.stop());
  const own: ProfileBeacon = daemon.profileBeacon;
  const setUp = { scene, seed, own, others, organisationUuid, startedUnixMs: Date.now() };
  const walked = walkOffice(setUp, profileOf(scene, own, others, organisationUuid));
  const profile = profileOf(scene, own, others, organisationUuid, walked);
  return {
    phoneRadio: `h4:unix:${join(directory, 'phone.sock')}`,
    profile: { ...profile, policy: { ...profile.policy, ringAfterMs: RING_AFTER_MS } },
    async arrange({ class: where, call, hasBluetooth }) {
      const { at, pose } = spotOf(scene, where);
      await air.order({ do: 'place', id: 'phone', x: at.xM, y: at.yM, pose, placement: call });
      if (where === 'forger')
        await transmit('forger', { xM: at.xM + 0.5, yM: at.yM }, [recordingOf(own, organisationUuid, Date.now())]);
      if (!hasBluetooth) await air.order({ do: 'fault', id: 'phone', kind: 'power-off' });
    },
    async tidyUp({ class: where, hasBluetooth }) {
      if (where === 'forger') await air.order({ do: 'remove', id: 'forger' });
      if (hasBluetooth) return;
      await air.order({ do: 'fault', id: 'phone', kind: 'power-on' });
      await pause(RADIO_ON_MS);
    },
  };
}

function spotOf(scene: Scene, where: CallClass): { readonly at: Point; readonly pose: string } {
  const planned = scene.calls.find((one) => one.class === where);
  if (planned === undefined) throw new Error(`the scene has no place "${where}"`);
  return { at: planned.phone, pose: planned.pose };
}

async function startApp(
  directory: string,
  { phoneRadio, profile }: Office,
  { user, password, proxyPort }: { readonly user: string; readonly password: string; readonly proxyPort: number },
  onNews: (news: News) => void,
): Promise<Child> {
  const file = join(directory, `app-${user}.json`);
  const settings = { radio: phoneRadio, profile, user, password, proxy: { host: HOST, port: proxyPort } };
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
  const app = startChild({
    name: 'the app',
    command: [programs.softphone, file],
    onMessage: (message) => {
      if ((message as News).news !== 'trace') onNews(message as News);
    },
  });
  await app.expect((message): message is News => (message as News).news === 'registered', START_LIMIT_MS);
  return app;
}

/** Everything is told from messages and from what the app did, on this machine's one clock. */
function observe(
  messages: readonly SeenMessage[],
  news: readonly News[],
  { sipPort, callerPort }: { readonly sipPort: number; readonly callerPort: number },
): Observed {
  const invite = messages.find(({ text, fromPort }) => fromPort === callerPort && text.startsWith('INVITE '));
  const startMs = invite?.unixMs ?? Number.NaN;
  const since = (unixMs: number | undefined): number | null => (unixMs === undefined ? null : unixMs - startMs);
  const status = (code: number): readonly SeenMessage[] =>
    messages.filter(({ text }) => text.startsWith(`SIP/2.0 ${code} `) && /\nCSeq: *\d+ INVITE/i.test(text));
  const fromDesk = ({ fromPort }: SeenMessage): boolean => fromPort === sipPort;
  const isFromPhone = ({ fromPort, toPort }: SeenMessage): boolean => fromPort !== callerPort && toPort !== callerPort;
  const answer = status(200).find(isFromPhone);
  const decided = news.find((one) => one.news === 'decided');
  const at = (name: string): number | null => since(news.find((one) => one.news === name)?.unixMs);
  const finals = messages
    .filter((message) => isFromPhone(message) && !fromDesk(message) && /\nCSeq: *\d+ INVITE/i.test(message.text))
    .map(({ text }) => Number(/^SIP\/2\.0 ([2-6]\d\d)/.exec(text)?.[1] ?? 0))
    .filter((code) => code > 0);
  return {
    deskAlertedAtMs: since(status(180).find(fromDesk)?.unixMs),
    mobileAlertedAtMs: at('ring'),
    decision: decided?.decision?.decision ?? null,
    reason: decided?.decision?.reason ?? null,
    decidedAtMs: since(decided?.unixMs),
    scanStartedAtMs: at('scan-started'),
    scanStoppedAtMs: at('scan-stopped'),
    answeredBy: answer === undefined ? null : fromDesk(answer) ? 'desk' : 'mobile',
    mobileFinals: finals,
  };
}

async function freePorts(count: number): Promise<[number, number, number, number]> {
  const ports: number[] = [];
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once('error', reject);
          server.listen(0, HOST, () => resolve(server));
        }),
    ),
  );
  for (const server of servers) {
    ports.push((server.address() as { readonly port: number }).port);
    await new Promise((resolve) => server.close(resolve));
  }
  return ports as [number, number, number, number];
}
