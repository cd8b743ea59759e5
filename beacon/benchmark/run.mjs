/**
 * The daemon beside a minimal bleno script that sends the same two frames, on the same air, at the same time, over H4; and beside a
 * bleno script whose data never changes, for what a controller does by itself.
 * `npm run benchmark -w beacon -- [--json] [--seconds 120] [--seed 1] [--starts 5]`
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../build.mjs';
import { regularityOf, sharesOf } from './air-log.mjs';
import { startAir, startProgram } from './processes.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    starts: { type: 'string', default: '5' },
  },
});
const seconds = Number(values.seconds);
const INTERVAL_MS = 100;
const DWELL_MS = 130;
/** A new identity every 16 s: some changes in a short run. */
const EXPONENT_K = 4;
const SETTLE_MS = 3000;
const FIRST_FRAME_LIMIT_MS = 4_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (path) => join(root, path);
const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-benchmark-'));
await ensureBuilt();
const { encodeIBeacon, encodeEddystoneEid, encodeHex } = await import('@deskbeacon/proximity-core');
const frames = [
  encodeIBeacon({ proximityUuid: randomBytes(16), major: 1, minor: 2, measuredPowerDbm: -59 }),
  encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: randomBytes(8) }),
].map((frame) => encodeHex(frame));

const air = await startAir(at('hil-tests/bin/deskbeacon-air.mjs'), Number(values.seed));
const radioOf = async (id) => {
  const socket = join(directory, `${id}.sock`);
  await air.order({ do: 'controller', id, socket });
  return `h4:unix:${socket}`;
};
const configure = (id, more = '') => {
  const file = join(directory, `${id}.toml`);
  const lines = [
    `organisation_uuid = "${randomBytes(16).toString('hex')}"`,
    `state_directory = "${join(directory, id)}"`,
    'pairing_minutes = 0',
    `interval_ms = ${INTERVAL_MS}`,
    more,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};
const runDaemon = (radio, config) =>
  startProgram([at('beacon/dist/main.mjs'), 'run', '--config', config, '--radio', radio]);
let logs = 0;
const startLog = async () => {
  logs += 1;
  const file = join(directory, `air-${logs}.jsonl`);
  await air.order({ do: 'log', file });
  return async () => {
    await air.order({ do: 'log' });
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
  };
};

try {
  const startsMs = await measureStarts(Number(values.starts));
  const run = await measureRun();
  const report = {
    machine: `${cpus().length} × ${cpus()[0]?.model}`,
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    seed: Number(values.seed),
    seconds,
    startToFirstFrameMs: { n: startsMs.length, median: median(startsMs), most: Math.max(...startsMs) },
    bundleKb: Math.round(statSync(at('beacon/dist/main.mjs')).size / 1000),
    ...run,
  };
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describe(report));
} finally {
  await air.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** From the start of the process to its first frame on the air; state and bundle are there, as after a reboot. */
async function measureStarts(count) {
  const config = configure('starts', 'exponent_k = 9');
  const radio = await radioOf('starts');
  const startsMs = [];
  for (let i = 0; i <= count; i += 1) {
    const read = await startLog();
    const daemon = runDaemon(radio, config);
    await pause(FIRST_FRAME_LIMIT_MS);
    const first = (await read()).find(({ transmitter }) => transmitter === 'starts');
    if (first === undefined) throw new Error(`no frame within ${FIRST_FRAME_LIMIT_MS} ms of a start`);
    startsMs.push(first.unixMs - daemon.startedUnixMs);
    await daemon.stop();
  }
  return startsMs.slice(1); // The first one makes its key.
}

async function measureRun() {
  const programs = {
    daemon: runDaemon(await radioOf('daemon'), configure('daemon', `exponent_k = ${EXPONENT_K}`)),
    bleno: peer(await radioOf('bleno'), frames),
    still: peer(await radioOf('still'), frames.slice(0, 1)),
  };
  await pause(SETTLE_MS);
  const read = await startLog();
  const before = usages(programs);
  const startedMs = performance.now();
  await pause(seconds * 1000);
  const after = usages(programs);
  const tookS = (performance.now() - startedMs) / 1000;
  const events = await read();
  for (const program of Object.values(programs)) await program.stop();
  const rows = {};
  for (const name of Object.keys(programs)) {
    const own = events.filter(({ transmitter }) => transmitter === name);
    rows[name] = {
      ...regularityOf(own, INTERVAL_MS),
      shares: sharesOf(own),
      cpuPercent: (100 * (after[name].cpuS - before[name].cpuS)) / tookS,
      residentMb: after[name].residentMb,
      residentMostMb: after[name].residentMostMb,
      residentGrowthMb: after[name].residentMb - before[name].residentMb,
    };
  }
  const jitterOf = (name) => Math.sqrt(Math.max(0, rows[name].gapSdMs ** 2 - rows.still.gapSdMs ** 2));
  return { ...rows, jitterAddedMs: { daemon: jitterOf('daemon'), bleno: jitterOf('bleno') } };
}

function peer(radio, sent) {
  return startProgram([fileURLToPath(new URL('bleno-peer.mjs', import.meta.url)), radio, String(DWELL_MS), ...sent]);
}

function usages(programs) {
  return Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, program.usage()]));
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}

function describe(report) {
  const { daemon, bleno, still, jitterAddedMs, startToFirstFrameMs } = report;
  const row = (label, pick, digits = 1) =>
    `${label.padEnd(40)}${[daemon, bleno, still].map((one) => (pick(one)?.toFixed(digits) ?? '–').padStart(12)).join('')}`;
  return [
    `${report.machine}, Node ${report.node}, commit ${report.commit}, seed ${report.seed}, ${seconds} s`,
    `${''.padEnd(40)}${['daemon', 'bleno', 'still'].map((name) => name.padStart(12)).join('')}`,
    row('advertising events', (one) => one.events, 0),
    row('changes of data', (one) => one.dataChanges, 0),
    row('events lost per 10 000 of them', (one) => one.lostPer10000DataChanges),
    row('  where none was: at most (95 %)', (one) => one.lostPer10000DataChangesAtMost),
    row('changes of identity', (one) => one.identityChanges, 0),
    row('most events lost at one', (one) => one.mostLostAtAnIdentityChange, 0),
    row('gap, mean, ms', (one) => one.gapMeanMs),
    row('gap, standard deviation, ms', (one) => one.gapSdMs, 2),
    row('processor, % of a core', (one) => one.cpuPercent, 2),
    row('resident memory, MB', (one) => one.residentMb),
    `jitter added to a controller by itself, ms: daemon ${jitterAddedMs.daemon.toFixed(2)}, bleno ${jitterAddedMs.bleno.toFixed(2)}`,
    `shares: daemon ${JSON.stringify(daemon.shares)}, bleno ${JSON.stringify(bleno.shares)}`,
    `start to first frame over H4: median ${startToFirstFrameMs.median.toFixed(0)} ms, most ${startToFirstFrameMs.most.toFixed(0)} ms (n = ${startToFirstFrameMs.n})`,
    `bundle: ${report.bundleKb} kB`,
    '',
  ].join('\n');
}
