import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSynchronisedByFile, isSystemClockSynchronised } from './synchronisation.js';

const NOW = 1_790_000_000_000;
const chrony = (leap: string, { stratum = 3, ageS = 60, correctionS = '0.000012345' } = {}): string =>
  `C0248F97,192.0.2.1,${stratum},${NOW / 1000 - ageS}.123456789,${correctionS},-0.00001,0.00002,-12.3,0.01,0.2,0.02,0.001,64.5,${leap}\n`;
const adjtimex = (status: number): string =>
  `         mode: 0\n       offset: -12345\n    frequency: 1200000\n     maxerror: 16000000\n     esterror: 16000000\n       status: ${status}\ntime_constant: 7\n`;

/** A system in which these programs print this, and no others are there. */
function makeSystem(printed: Readonly<Record<string, string>>, writtenUnixMs?: number) {
  const asked: string[] = [];
  const sources = {
    nowUnixMs: () => NOW,
    writtenUnixMs: async () => writtenUnixMs,
    outputOf: async (program: string) => {
      asked.push(program);
      return printed[program];
    },
  };
  return { asked, isSynchronised: () => isSystemClockSynchronised(sources) };
}

describe('the clock of the system', () => {
  it.each([
    ['timedatectl says so', { timedatectl: 'yes\n' }, undefined, true],
    ['timedatectl denies it', { timedatectl: 'no\n' }, undefined, false],
    ['timedatectl denies it, whatever file an earlier synchronisation has left', { timedatectl: 'no\n' }, NOW, false],
    ['timedatectl prints something else', { timedatectl: 'Unknown property\n' }, undefined, false],
    ['the kernel’s flag is down', { adjtimex: adjtimex(0x2001) }, undefined, true],
    ['the kernel’s flag is up', { adjtimex: adjtimex(0x40) }, NOW, false],
    [
      'chronyd keeps it without the kernel knowing',
      { timedatectl: 'no\n', chronyc: chrony('Normal') },
      undefined,
      true,
    ],
    ['chronyd is to insert a leap second', { chronyc: chrony('Insert second') }, undefined, true],
    ['chronyd has no source', { chronyc: chrony('Not synchronised', { stratum: 0 }) }, undefined, false],
    [
      'chronyd measured before the clock was stepped',
      { chronyc: chrony('Normal', { ageS: 86_400 }) },
      undefined,
      false,
    ],
    ['chronyd measured in the future', { chronyc: chrony('Normal', { ageS: -3600 }) }, undefined, false],
    [
      'chronyd has a second and more to correct',
      { chronyc: chrony('Normal', { correctionS: '-1.5' }) },
      undefined,
      false,
    ],
    ['chronyc prints half a line', { chronyc: 'C0248F97,192.0.2.1,3,Normal\n' }, undefined, false],
    ['systemd-timesyncd has just heard its server, and nobody else can be asked', {}, NOW - 1_000_000, true],
    ['systemd-timesyncd has heard its server hours ago', {}, NOW - 8_000_000, false],
    ['systemd-timesyncd will have heard its server', {}, NOW + 60_000, false],
    ['nobody can be asked', {}, undefined, false],
  ])('when %s', async (_, printed, writtenUnixMs, expected) => {
    expect(await makeSystem(printed as Record<string, string>, writtenUnixMs).isSynchronised()).toBe(expected);
  });

  it('is asked of as few programs as are needed', async () => {
    const { asked, isSynchronised } = makeSystem({ timedatectl: 'yes' });
    await isSynchronised();
    expect(asked).toEqual(['timedatectl']);
  });

  it('of this very machine is asked without a fault, whatever it has', async () => {
    expect(typeof (await isSystemClockSynchronised())).toBe('boolean');
  });

  it('counts as right by a file exactly while that is there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-synchronised-'));
    try {
      const file = join(directory, 'synchronised');
      expect(await isSynchronisedByFile(file)).toBe(false);
      await writeFile(file, '');
      expect(await isSynchronisedByFile(file)).toBe(true);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
