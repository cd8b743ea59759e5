import { createTextDevice, type SimulatedDevice } from './simulated-device.js';

const SAMPLE_EVERY_MS = 1;
const SPEAK_EVERY_MS = 5;

/**
 * Speaks `meter/1`: see the table of power-meter.ts. A sample each millisecond.
 * @param currentAt the load: current in µA by the time since the recording began; outside of one, at 0.
 */
export function createPowerMeterSimulator(currentAt: (atMs: number) => number): SimulatedDevice {
  const record = (durationMs: number, say: (text: string) => void): void => {
    const beganAtMs = performance.now();
    let samples = 0;
    const timer = setInterval(() => {
      const untilMs = Math.min(durationMs, performance.now() - beganAtMs);
      let said = '';
      for (; samples * SAMPLE_EVERY_MS < untilMs; samples += 1) {
        const atMs = samples * SAMPLE_EVERY_MS;
        said += `S ${atMs} ${currentAt(atMs).toFixed(3)}\n`;
      }
      if (untilMs === durationMs) {
        said += `END ${samples}\n`;
        clearInterval(timer);
      }
      say(said);
    }, SPEAK_EVERY_MS).unref();
  };
  return createTextDevice((command, say) => {
    const [, duration] = /^RECORD (\d{1,5})$/.exec(command) ?? [];
    if (command === '*IDN?') say('meter/1,simulator,1\n');
    else if (command === 'CURR?') say(`${currentAt(0).toFixed(3)}\n`);
    else if (duration !== undefined) record(Number(duration), say);
    else say('ERR unknown command\n');
  });
}
