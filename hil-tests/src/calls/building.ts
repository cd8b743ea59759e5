import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
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
  provision,
  provisionOthers,
  recordingOf,
  type WindowFrames,
  windowsOf,
} from '../demo/provision.js';
import { type CallClass, type Point, planScene, type Scene } from '../demo/scenes.js';
import { type AirProcess, startAir } from '../rigs/air-process.js';
import { startDaemonOn } from '../rigs/daemon-on-rig.js';
import { type App, createApps, type News } from './apps.js';
import { createDesks } from './desks.js';
import { judgeCall, type Observed, type TelephoneCall } from './judge.js';
import { type PlannedTelephoneCall, RING_AFTER_MS } from './plan.js';
import { startCaller } from './telephony/caller.js';
import { makeCertificate } from './telephony/certificate.js';
import { freePorts } from './telephony/free-ports.js';
import { openObserver, type SeenMessage } from './telephony/hep.js';
import { startProxy } from './telephony/proxy.js';
import { openPushService } from './telephony/push-service.js';

/** An office on the virtual air and a telephone system on loopback: a proxy, a desk phone, an app, a caller. */
export interface Building {
  /** @returns one result an app. */
  call(planned: PlannedTelephoneCall): Promise<readonly TelephoneCall[]>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const OVER_LIMIT_MS = 20_000;
const SETTLE_MS = 150;
/** A radio that is switched on again is set up anew. */
const RADIO_ON_MS = 2500;

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
    const [proxyPort, tlsPort, callerPort] = (await freePorts(3)) as [number, number, number];
    const messages: SeenMessage[] = [];
    const observer = await openObserver(HOST, (message) => {
      messages.push(message);
      tell({ message });
    });
    cleanUps.push(() => observer.close());
    const push = await openPushService(HOST);
    cleanUps.push(() => push.close());
    const { ca, ...certificate } = await makeCertificate(HOST, directory);
    const ports = { port: proxyPort, tlsPort, observerPort: observer.port, pushPort: push.sipPort };
    const proxy = await startProxy({ host: HOST, password, ...ports, ...certificate }, directory);
    cleanUps.push(() => proxy.close());
    const office = await openOffice(seed, directory, cleanUps);
    const desks = createDesks({ password, host: HOST, proxyPort, directory });
    cleanUps.push(() => desks.close());
    await desks.standing();
    const apps = createApps(
      directory,
      { radioOf: (user) => office.radio(radioOf(user)), profile: office.profile },
      { password, host: HOST, proxyPort: tlsPort, ca, pushPort: push.devicePort },
      (news) => tell({ news }),
    );
    cleanUps.push(() => apps.close());
    await apps.open('1001m');

    return {
      close,
      async call(planned) {
        const { ending, call, isEmergency, extension = '1001', second } = planned;
        const callId = `${call}-${seed}`;
        await desks.arrange(extension, planned.desk);
        const mobiles = [
          { user: `${extension}m`, class: planned.class, expected: planned.expected },
          ...(second === undefined ? [] : [{ user: `${extension}n`, ...second }]),
        ];
        const opened: App[] = [];
        for (const { user } of mobiles) opened.push(await apps.open(user));
        await office.arrange(
          planned,
          mobiles.map((mobile) => ({ radio: radioOf(mobile.user), class: mobile.class })),
        );
        messages.length = 0;
        for (const app of opened) app.news.length = 0;
        const caller = await startCaller({
          callId,
          extension,
          host: HOST,
          proxyPort,
          port: callerPort,
          password,
          directory,
          isEmergency,
          ...(ending.by === 'caller' ? { hangsUpAfterMs: ending.afterMs } : {}),
        });
        cleanUps.push(() => caller.stop());
        if (ending.by !== 'caller') {
          await pause(ending.afterMs);
          if (ending.by === 'desk') await desks.answer();
          else opened[0]?.child.tell({ do: 'answer' });
        }
        const code = await Promise.race([caller.ended, pause(OVER_LIMIT_MS, 'late' as const, { ref: false })]);
        await pause(SETTLE_MS);
        if (code !== 0) throw new Error(`the caller of ${call} ended with ${code}: ${caller.lastWords()}`);
        await office.tidyUp(planned);
        const ofCall = messages.filter(({ text }) => text.includes(`Call-ID: ${callId}\r\n`));
        const results = mobiles.map(({ user: _user, ...mobile }, i) => {
          const name = i === 0 ? call : `${call}-second`;
          const { news } = opened[i] as App;
          const seen = observe(ofCall, news, { deskPorts: desks.ports(), callerPort });
          return judgeCall({ ...planned, ...mobile, call: name }, seen);
        });
        await desks.standing();
        return results;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Office {
  radio(id: Radio): string;
  profile(user: string): unknown;
  arrange(planned: PlannedTelephoneCall, mobiles: readonly PlacedMobile[]): Promise<void>;
  tidyUp(planned: PlannedTelephoneCall): Promise<void>;
}

type Radio = 'phone' | 'phone-2';

interface PlacedMobile {
  readonly radio: Radio;
  readonly class: PlannedTelephoneCall['class'];
}

/** The first app has a radio of its own; those that come and go share another. */
function radioOf(user: string): Radio {
  return user === '1001m' ? 'phone' : 'phone-2';
}

/** A desk in another building: the second own one of extension 1003. */
const HOME = { id: 'd-home', xM: 300, yM: 4 };

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
  for (const id of ['desk', 'phone', 'phone-2'])
    await air.order({ do: 'controller', id, socket: join(directory, `${id}.sock`) });
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
  const rootKey = randomBytes(32);
  const home: OtherDesk = { desk: HOME, beacon: provision(HOME.id, rootKey, 0, Date.now()) };
  await transmit(HOME.id, HOME, windowsOf(home.beacon, organisationUuid, Date.now()));
  const setUp = { scene, seed, own, others, organisationUuid, startedUnixMs: Date.now() };
  const walked = walkOffice(setUp, profileOf(scene, own, others, organisationUuid));
  const office = profileOf(scene, own, others, organisationUuid, walked);
  const profile = { ...office, policy: { ...office.policy, ringAfterMs: RING_AFTER_MS } };
  const withHome = {
    ...profile,
    ownDesks: [...profile.ownDesks, HOME.id],
    beacons: [...profile.beacons, { ...home.beacon, positionM: [HOME.xM, HOME.yM] }],
  };
  return {
    radio: (id) => `h4:unix:${join(directory, `${id}.sock`)}`,
    profile: (user) => (user.startsWith('1003') ? withHome : profile),
    async arrange({ call, hasBluetooth }, mobiles) {
      for (const { radio: id, class: where } of mobiles) {
        const { at, pose } = spotOf(scene, where);
        await air.order({ do: 'place', id, x: at.xM, y: at.yM, pose, placement: `${call}-${id}` });
        if (where === 'forger')
          await transmit('forger', { xM: at.xM + 0.5, yM: at.yM }, [recordingOf(own, organisationUuid, Date.now())]);
      }
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

function spotOf(scene: Scene, where: CallClass | 'home'): { readonly at: Point; readonly pose: string } {
  if (where === 'home') return { at: { xM: HOME.xM + 0.2, yM: HOME.yM - 0.4 }, pose: 'hand' };
  const planned = scene.calls.find((one) => one.class === where);
  if (planned === undefined) throw new Error(`the scene has no place "${where}"`);
  return { at: planned.phone, pose: planned.pose };
}

/** Everything is told from messages and from what the app did, on this machine's one clock. */
function observe(
  messages: readonly SeenMessage[],
  news: readonly News[],
  { deskPorts, callerPort }: { readonly deskPorts: readonly number[]; readonly callerPort: number },
): Observed {
  const appPorts = news.flatMap(({ port }) => port ?? []);
  const invite = messages.find(({ text, fromPort }) => fromPort === callerPort && text.startsWith('INVITE '));
  const startMs = invite?.unixMs ?? Number.NaN;
  const since = (unixMs: number | undefined): number | null => (unixMs === undefined ? null : unixMs - startMs);
  const status = (code: number): readonly SeenMessage[] =>
    messages.filter(({ text }) => text.startsWith(`SIP/2.0 ${code} `) && /\nCSeq: *\d+ INVITE/i.test(text));
  const fromDesk = ({ fromPort }: SeenMessage): boolean => deskPorts.includes(fromPort);
  const fromApp = ({ fromPort }: SeenMessage): boolean => appPorts.includes(fromPort);
  const answer = status(200).find((message) => fromDesk(message) || fromApp(message));
  const decided = news.find((one) => one.news === 'decided');
  const at = (name: string): number | null => since(news.find((one) => one.news === name)?.unixMs);
  const finals = messages
    .filter((message) => fromApp(message) && /\nCSeq: *\d+ INVITE/i.test(message.text))
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
