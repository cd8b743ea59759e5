/**
 * A light of the machine, by which a person finds a beacon: a folder below `/sys/class/leds`, as the kernel's LED class has it
 * (Documentation/leds/leds-class.rst). Its trigger `timer` blinks without us; afterwards what it showed before is put back.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const HALF_PERIOD_MS = 125;
/** A trigger that was set a moment ago makes its files a moment later. */
const FILES_LIMIT_MS = 500;
const POLL_MS = 20;

/**
 * Blinks until the time is up or the signal comes.
 * @param light such as `/sys/class/leds/ACT`.
 * @param forMs 1 to 60 000.
 * @throws Error of the system when it is no light, or may not be written.
 */
export async function blinkLight(light: string, forMs: number, signal: AbortSignal): Promise<void> {
  const trigger = join(light, 'trigger');
  // All triggers in one line, the present one in brackets.
  const before = /\[([^\]]+)\]/.exec(await readFile(trigger, 'utf8'))?.[1] ?? 'none';
  const brightness = before === 'none' ? await readFile(join(light, 'brightness'), 'utf8') : undefined;
  await writeFile(trigger, 'timer');
  try {
    for (const half of ['delay_on', 'delay_off']) await writeSoon(join(light, half), String(HALF_PERIOD_MS));
    await pause(forMs, undefined, { signal }).catch(() => {}); // The signal: put back what was there.
  } finally {
    await writeFile(trigger, before);
    if (brightness !== undefined) await writeFile(join(light, 'brightness'), brightness.trim());
  }
}

async function writeSoon(file: string, text: string): Promise<void> {
  const lastMs = performance.now() + FILES_LIMIT_MS;
  for (;;) {
    try {
      return await writeFile(file, text, { flag: 'r+' });
    } catch (error) {
      if (performance.now() > lastMs) throw error;
      await pause(POLL_MS);
    }
  }
}
