/**
 * What a person waits for: `--help`, `list --json` with 10 000 beacons, `import` of 100 000 rows, each beside a bare `node -e 0` in
 * the same run, in turn, through the npm launcher. `node cli/benchmark/startup.mjs [--json] [--rounds 20] [--rows 100000]`
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'libsql';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '20' },
    rows: { type: 'string', default: '100000' },
  },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = join(root, 'node_modules/.bin/deskbeacon');
const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-benchmark-'));
const env = {
  ...process.env,
  DESKBEACON_REGISTRY: join(directory, 'registry.db'),
  DESKBEACON_PASSPHRASE_FILE: join(directory, 'passphrase'),
};

function timeMs(command, args) {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - startedMs;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}

/** Ratio of medians, and where 95 of 100 resamplings of the rounds put it. */
function ratio(of, to) {
  const drawn = Array.from({ length: 2000 }, () => {
    const pick = of.map(() => Math.floor(Math.random() * of.length));
    return median(pick.map((i) => of[i])) / median(pick.map((i) => to[i]));
  }).sort((a, b) => a - b);
  return { ratio: median(of) / median(to), from: drawn[50], to: drawn[1949] };
}

function fillBeacons(count) {
  const database = new Database(env.DESKBEACON_REGISTRY);
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO beacons VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)');
  for (let i = 0; i < count; i += 1)
    insert.run([
      `b-${i}`,
      `d-${i}`,
      `Desk ${i}`,
      'deployed',
      9,
      100,
      -59,
      i,
      Buffer.alloc(61),
      Buffer.alloc(61),
      5,
      1.79e12 + i,
      1,
    ]);
  database.exec('COMMIT');
  database.close();
}

const row = (i) => `${String(i).padStart(6, '0')},Name ${i},d-${i},Desk ${i},${i % 30},${i % 100},${i % 77},no`;
function sheet(name, count) {
  const file = join(directory, name);
  const head = 'extension,display_name,desk,desk_name,floor,x_m,y_m,anchor';
  writeFileSync(file, [head, ...Array.from({ length: count }, (_, i) => row(i))].join('\n'));
  return file;
}

try {
  writeFileSync(env.DESKBEACON_PASSPHRASE_FILE, 'correct horse battery staple\n', { mode: 0o600 });
  timeMs(launcher, ['init', 'Benchmark']);
  timeMs(launcher, ['import', sheet('small.csv', 10_000)]);
  fillBeacons(10_000);
  const rounds = Number(values.rounds);
  const times = { node: [], help: [], list: [] };
  for (let i = 0; i < rounds; i += 1) {
    times.node.push(timeMs(process.execPath, ['-e', '0']));
    times.help.push(timeMs(launcher, ['--help']));
    times.list.push(timeMs(launcher, ['list', '--json']));
  }
  env.DESKBEACON_REGISTRY = join(directory, 'large.db');
  timeMs(launcher, ['init', 'Benchmark']);
  const importMs = timeMs(launcher, ['import', sheet('large.csv', Number(values.rows))]);
  const result = {
    node: process.version,
    cpu: cpus()[0].model,
    cores: cpus().length,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    rounds,
    nodeMs: median(times.node),
    help: { ms: median(times.help), ...ratio(times.help, times.node) },
    list10000: { ms: median(times.list), ...ratio(times.list, times.node) },
    import: { rows: Number(values.rows), ms: importMs },
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    const say = (name, { ms, ratio: times, from, to }) =>
      console.log(
        `${name.padEnd(26)} ${ms.toFixed(0)} ms, ${times.toFixed(2)} × node [${from.toFixed(2)}, ${to.toFixed(2)}]`,
      );
    console.log(`${result.node}, ${result.cores} × ${result.cpu}, ${result.commit}, ${rounds} rounds`);
    console.log(`node -e 0                  ${result.nodeMs.toFixed(0)} ms`);
    say('--help', result.help);
    say('list --json, 10 000', result.list10000);
    console.log(`import of ${values.rows} rows      ${(importMs / 1000).toFixed(1)} s`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
