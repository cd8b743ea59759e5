import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BtsnoopRecord, readBtsnoop } from '@deskbeacon/beacon/radio';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import type { CallReport } from '../phone/phone.js';
import { type Child, startChild } from './child.js';
import { programs } from './programs.js';

/** A phone as a process of its own, told of nothing but its radio, its profile and its calls. */
export interface PhoneOnRig {
  /** @returns what was decided, and when scanning began and ended. */
  takeCall(call: string): Promise<CallReport>;
  /** What passed on its link up to now. */
  capture(): Promise<readonly BtsnoopRecord[]>;
  stop(): Promise<void>;
}

export interface PhoneOptions {
  readonly radio: string;
  readonly directory: string;
  readonly profile: SiteProfile;
  /** Where the capture of its link is written. */
  readonly capture: string;
}

const START_LIMIT_MS = 15_000;
const CALL_LIMIT_MS = 10_000;
const END_LIMIT_MS = 3_000;
const DEADLINE_MS = 1_500;

export async function startPhoneOn({ radio, directory, profile, capture }: PhoneOptions): Promise<PhoneOnRig> {
  const profileFile = join(directory, 'profile.json');
  await writeFile(profileFile, JSON.stringify(profile), { mode: 0o600 });
  const captured = `${radio}${radio.includes('?') ? '&' : '?'}btsnoop=${encodeURIComponent(capture)}`;
  const phone: Child = startChild({ name: 'the phone', command: [programs.phone, captured, profileFile] });
  const hears = (news: string, limitMs: number): Promise<{ readonly report?: CallReport }> =>
    phone.expect((message): message is object => (message as { news?: string }).news === news, limitMs);
  await hears('ready', START_LIMIT_MS);
  return {
    async takeCall(call) {
      const answer = hears('report', CALL_LIMIT_MS);
      phone.tell({ call, deadlineMs: DEADLINE_MS });
      return (await answer).report as CallReport;
    },
    async capture() {
      const reading = readBtsnoop(await readFile(capture));
      if (!reading.ok) throw new Error(`the capture of the phone's link: ${reading.reason}`);
      return reading.records;
    },
    async stop() {
      phone.process.stdin?.end();
      await phone.end('SIGTERM', END_LIMIT_MS);
    },
  };
}
