import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { blinkLight } from './light.js';

/** The files of the kernel's LED class, without a kernel behind them. */
let light: string;
const read = (name: string): string => readFileSync(join(light, name), 'utf8');
const never = new AbortController().signal;

beforeEach(() => {
  light = mkdtempSync(join(tmpdir(), 'deskbeacon-light-'));
  for (const [name, text] of [
    ['trigger', 'none timer [mmc0] default-on\n'],
    ['brightness', '255\n'],
    ['delay_on', '500\n'],
    ['delay_off', '500\n'],
  ] as const)
    writeFileSync(join(light, name), text);
});
afterEach(() => rmSync(light, { recursive: true, force: true }));

it('blinks by the trigger of the kernel, and gives the light back to what had it', async () => {
  const blinking = blinkLight(light, 60, never);
  await pause(30);
  expect([read('trigger'), read('delay_on').trim(), read('delay_off').trim()]).toEqual(['timer', '125', '125']);
  await blinking;
  expect(read('trigger')).toBe('mmc0');
});

it('shows what it showed where nothing had it', async () => {
  writeFileSync(join(light, 'trigger'), '[none] timer\n');
  writeFileSync(join(light, 'brightness'), '7\n');
  await blinkLight(light, 5, never);
  expect([read('trigger'), read('brightness')]).toEqual(['none', '7']);
});

it('is given back at once when the daemon ends', async () => {
  const stop = new AbortController();
  const blinking = blinkLight(light, 60_000, stop.signal);
  await pause(20);
  stop.abort();
  await blinking;
  expect(read('trigger')).toBe('mmc0');
});

it('rejects for what is no light', async () => {
  await expect(blinkLight(join(light, 'nothing'), 5, never)).rejects.toMatchObject({ code: 'ENOENT' });
});
