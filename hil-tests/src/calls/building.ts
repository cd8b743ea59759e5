import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../rigs/child.js';
import { type App, createApps } from './apps.js';
import { createDesks, type Desks } from './desks.js';
import type { BuildingEvent, Party } from './events.js';
import { judgeCall, type TelephoneCall } from './judge.js';
import { observe } from './observe.js';
import { openOffice, radioOf } from './office.js';
import type { PlannedTelephoneCall } from './plan.js';
import { type CallerOptions, startCaller } from './telephony/caller.js';
import { makeCertificate } from './telephony/certificate.js';
import { freePorts } from './telephony/free-ports.js';
import { openObserver, type SeenMessage } from './telephony/hep.js';
import { startProxy } from './telephony/proxy.js';
import { openPushService } from './telephony/push-service.js';

/** An office on the virtual air and a telephone system on loopback: a proxy, a desk phone, an app, a caller. */
export interface Building {
  /** @returns one result an app. @throws Error when the call did not come to its end in time. */
  call(planned: PlannedTelephoneCall): Promise<readonly TelephoneCall[]>;
  /** The app that stands, that of 1001. */
  readonly app: App;
  /** Where apps speak to the proxy, TLS. */
  readonly proxyPort: number;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const OVER_LIMIT_MS = 20_000;
const SETTLE_MS = 150;

/** @param emit hears every message on the wire and everything the apps do, as it happens. */
export async function openBuilding(seed: number, emit: (event: BuildingEvent) => void): Promise<Building> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-calls-'));
  const cleanUps: (() => unknown)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const password = randomBytes(12).toString('hex');
    const [proxyPort, tlsPort, callerPort] = (await freePorts(3)) as [number, number, number];
    const messages: SeenMessage[] = [];
    const observer = await openObserver(HOST, (message) => {
      messages.push(message);
      emit({ type: 'message', from: partyOf(message.fromPort), to: partyOf(message.toPort), message });
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
    const partyOf = (port: number): Party => {
      if (port === proxyPort || port === tlsPort) return 'proxy';
      if (port === callerPort) return 'caller';
      if (port === push.sipPort) return 'push';
      return desks.ports().includes(port) ? 'desk' : 'app';
    };
    await desks.arrange('1001', 'registered');
    const apps = createApps(
      directory,
      { radioOf: (user) => office.radio(radioOf(user)), profile: office.profile },
      { password, host: HOST, proxyPort: tlsPort, ca, pushPort: push.devicePort },
      (user, news) => emit({ type: 'app', user, news }),
    );
    cleanUps.push(() => apps.close());
    const app = await apps.open('1001m');

    let calls = 0;
    const call: Building['call'] = async (planned) => {
      const { extension = '1001', second } = planned;
      // An app refuses what looks like a call that it has had already (RFC 3261 §8.2.2.2), so a repeated one has a Call-ID of its own.
      calls += 1;
      const callId = `${planned.call}-${seed}-${calls}`;
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
      for (const one of opened) one.news.length = 0;
      emit({ type: 'call', planned });
      const caller = await startCaller({
        ...{ callId, extension, host: HOST, proxyPort, port: callerPort, password, directory },
        isEmergency: planned.isEmergency,
        sound: planned.sound,
        until: untilOf(planned),
      });
      cleanUps.push(() => caller.stop());
      try {
        await playItsPart(planned, desks, opened[0]?.child);
        const code = await Promise.race([caller.ended, pause(OVER_LIMIT_MS, 'late' as const, { ref: false })]);
        await pause(SETTLE_MS);
        if (code !== 0) throw new Error(`the caller of ${planned.call} ended with ${code}: ${caller.lastWords()}`);
      } finally {
        await caller.stop(); // It keeps its port until then.
      }
      const ofCall = messages.filter(({ text }) => text.includes(`Call-ID: ${callId}\r\n`));
      const results = mobiles.map(({ user: _user, ...mobile }, i) => {
        const name = i === 0 ? planned.call : `${planned.call}-second`;
        const seen = observe(ofCall, (opened[i] as App).news, { deskPorts: desks.ports(), callerPort });
        return judgeCall({ ...planned, ...mobile, call: name }, seen);
      });
      emit({ type: 'results', planned, results });
      return results;
    };
    return { call, app, proxyPort: tlsPort, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function untilOf({ ending }: PlannedTelephoneCall): CallerOptions['until'] {
  if (ending.by === 'caller') return { hangsUpAfterMs: ending.afterMs };
  return ending.by === 'decline' ? 'declined' : 'answered';
}

/** What the person at the desk and on the mobile does in the call. */
async function playItsPart(
  { ending, endsHereAfterMs }: PlannedTelephoneCall,
  desks: Desks,
  app: Child | undefined,
): Promise<void> {
  if (endsHereAfterMs !== undefined) {
    await pause(endsHereAfterMs);
    app?.tell({ do: 'end' });
  }
  if (ending.by === 'caller') return;
  await pause(ending.afterMs - (endsHereAfterMs ?? 0));
  if (ending.by === 'desk') await desks.answer();
  if (ending.by === 'mobile') app?.tell({ do: 'answer' });
  if (ending.by === 'decline') app?.tell({ do: 'decline-for-all' });
}
