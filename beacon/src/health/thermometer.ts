import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The machine's own thermometer, on most that of its processor (Linux, Documentation/ABI/testing/sysfs-class-thermal). */
const THERMAL = '/sys/class/thermal';
/** As the kernel writes it: thousandths of a degree. */
const MILLIDEGREES = /^-?\d{1,7}\s*$/;

export interface Thermometer {
  /** What the last reading said, °C; undefined where there is none. Reads again, for the next time: a file may take its time. */
  latestC(): number | undefined;
  /** Waits for the reading under way. */
  settled(): Promise<void>;
}

/** @param directory where the thermal zones are; the first that can be read counts. */
export function createThermometer(directory: string = THERMAL): Thermometer {
  let temperatureC: number | undefined;
  let reading: Promise<void> | undefined;
  const read = (): Promise<void> => {
    reading ??= readTemperatureC(directory).then((value) => {
      temperatureC = value;
      reading = undefined;
    });
    return reading;
  };
  void read();
  return {
    latestC() {
      void read();
      return temperatureC;
    },
    settled: async () => reading,
  };
}

async function readTemperatureC(directory: string): Promise<number | undefined> {
  const entries = await readdir(directory).catch((): string[] => []);
  const zones = entries.filter((name) => /^thermal_zone\d+$/.test(name)).sort(byNumber);
  for (const zone of zones) {
    const text = await readFile(join(directory, zone, 'temp'), 'latin1').catch(() => '');
    if (MILLIDEGREES.test(text)) return Number(text) / 1000;
  }
  return undefined;
}

function byNumber(a: string, b: string): number {
  return Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, ''));
}
