/** Processes of the benchmark: the virtual air, and whoever advertises in it, watched by /proc. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** Clock ticks a second: fixed on Linux for what /proc shows (USER_HZ). */
const TICKS = 100;
const ORDER_LIMIT_MS = 10_000;

export async function startAir(program, seed) {
  const child = spawn(process.execPath, [program, '--seed', String(seed)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  let tag = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line);
    waiting.get(answer.tag)?.(answer);
    waiting.delete(answer.tag);
  });
  return {
    async order(order) {
      tag += 1;
      const answered = new Promise((resolve) => waiting.set(tag, resolve));
      child.stdin.write(`${JSON.stringify({ ...order, tag })}\n`);
      const answer = await Promise.race([answered, pause(ORDER_LIMIT_MS, { ok: false, error: 'no answer' })]);
      if (!answer.ok) throw new Error(`the virtual air refused ${order.do}: ${answer.error}`);
      return answer;
    },
    stop: () => end(child),
  };
}

export function startProgram(args) {
  const startedUnixMs = Date.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4096);
  });
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) process.stderr.write(`${args[0]} ended with ${code}\n${said}\n`);
  });
  return { startedUnixMs, usage: () => usageOf(child.pid), stop: () => end(child) };
}

/** Processor seconds so far, and resident memory now and at most, MB. */
function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [, , , , , , , , , , , user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000;
  return { cpuS: (user + system) / TICKS, residentMb: megabytes('VmRSS'), residentMostMb: megabytes('VmHWM') };
}

async function end(child) {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, pause(5000).then(() => child.kill('SIGKILL'))]);
}
