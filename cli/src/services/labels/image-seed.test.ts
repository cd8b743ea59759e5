import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSetupCode, parseSeed, tagOf } from '@deskbeacon/beacon/control';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImageSeedOptions, type ImageSeedResult, writeImageSeeds } from './image-seed.js';
import { type PlanRow, parsePlan } from './plan-file.js';

const plan = 'desk;extension;name\nd-1;0042;Büro "Süd"\nd-2;;Desk 2\nd-3;43;\n';
const files = ['custom.toml', 'deskbeacon-seed.toml', 'meta-data', 'user-data'];

let parent: string;
let output: string;
let rows: readonly PlanRow[];
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'deskbeacon-image-'));
  output = join(parent, 'deep', 'seeds');
  ({ rows } = await parsePlan(plan, 'plan.csv'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const write = (options: Partial<ImageSeedOptions> = {}): Promise<ImageSeedResult> =>
  writeImageSeeds({ rows, output, sheet: 'avery-3490', ...options });
const read = (...path: readonly string[]): Promise<string> => readFile(join(output, ...path), 'utf8');
const codeIn = async (hostname: string): Promise<Uint8Array> =>
  parseSeed(await read(hostname, 'deskbeacon-seed.toml'), 'seed').setupCode;
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('image seeds', () => {
  it('are a folder a desk, for their owner alone, and the sheets of labels', async () => {
    const { beacons, sheets } = await write();
    expect((await readdir(output)).sort()).toEqual([
      'deskbeacon-d-1',
      'deskbeacon-d-2',
      'deskbeacon-d-3',
      'labels.pdf',
      'labels.svg',
    ]);
    expect(sheets).toEqual([join(output, 'labels.svg'), join(output, 'labels.pdf')]);
    for (const path of [output, ...beacons.map(({ folder }) => folder)]) expect(await modeOf(path)).toBe(0o700);
    for (const { folder } of beacons) {
      expect((await readdir(folder)).sort()).toEqual(files);
      for (const file of files) expect(await modeOf(join(folder, file))).toBe(0o600);
    }
    for (const sheet of sheets) expect(await modeOf(sheet)).toBe(0o600);
  });

  it('have a code each, which only seed, user data and labels hold, and the result tells by its tag', async () => {
    const result = await write();
    const svg = await read('labels.svg');
    const codes = new Set<string>();
    for (const { desk, hostname, folder, tag } of result.beacons) {
      expect([hostname, folder]).toEqual([`deskbeacon-${desk}`, join(output, hostname)]);
      const setupCode = await codeIn(hostname);
      const letters = formatSetupCode(setupCode);
      codes.add(letters);
      expect(tag).toBe(Buffer.from(tagOf('setup-code', setupCode)).toString('hex'));
      expect(await read(hostname, 'user-data')).toContain(letters);
      for (const group of letters.split('-')) expect(svg).toContain(`>${group}</text>`);
      for (const open of [
        await read(hostname, 'meta-data'),
        await read(hostname, 'custom.toml'),
        JSON.stringify(result),
      ]) {
        expect(open).not.toContain(letters.slice(0, 4));
        expect(open).not.toContain(Buffer.from(setupCode).toString('hex').slice(0, 8));
      }
    }
    expect(codes.size).toBe(3);
  });

  it('say the same to cloud-init and to the daemon', async () => {
    await write();
    const seed = await read('deskbeacon-d-1', 'deskbeacon-seed.toml');
    expect(parseSeed(seed, 'seed')).toMatchObject({ desk: 'd-1', name: 'Büro "Süd"' });
    const [head, content] = (await read('deskbeacon-d-1', 'user-data')).split('    content: |\n') as [string, string];
    expect(head).toBe(
      '#cloud-config\nhostname: deskbeacon-d-1\nmanage_etc_hosts: true\nwrite_files:\n' +
        "  - path: /boot/firmware/deskbeacon-seed.toml\n    permissions: '0600'\n",
    );
    expect(content.replace(/^ {6}/gm, '')).toBe(seed);
    expect(await read('deskbeacon-d-1', 'meta-data')).toMatch(
      /^instance-id: deskbeacon-d-1-[0-9a-f]{8}\nlocal-hostname: deskbeacon-d-1\ndsmode: local\n$/,
    );
    expect(await read('deskbeacon-d-1', 'custom.toml')).toBe(
      'config_version = 1\n\n[system]\nhostname = "deskbeacon-d-1"\n',
    );
  });

  it('have labels with name, desk and extension', async () => {
    await write();
    const svg = await read('labels.svg');
    for (const text of ['Büro &quot;Süd&quot;', 'd-1 · 0042', 'Desk 2', 'd-2', 'd-3', '43']) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it.each([
    ['a folder of theirs', 'deskbeacon-d-2'],
    ['a sheet of labels', 'labels-7.svg'],
  ])('are not written where %s is, and what is there stays', async (_, name) => {
    await mkdir(join(output, name), { recursive: true });
    await writeFile(join(output, name, 'kept'), 'kept');
    await expect(write()).rejects.toMatchObject({ code: 'output-exists', message: expect.stringContaining(name) });
    expect(await readdir(output)).toEqual([name]);
    expect(await read(name, 'kept')).toBe('kept');
  });

  it('are replaced when they are told to be, old sheets with them, and nothing else is', async () => {
    await write();
    const before = await codeIn('deskbeacon-d-1');
    await writeFile(join(output, 'labels-2.svg'), 'labels of other codes');
    await writeFile(join(output, 'notes.txt'), 'kept');
    rows = rows.slice(0, 1);
    await write({ replace: true });
    expect(await codeIn('deskbeacon-d-1')).not.toEqual(before);
    expect((await readdir(output)).sort()).toEqual([
      'deskbeacon-d-1',
      'deskbeacon-d-2',
      'deskbeacon-d-3',
      'labels.pdf',
      'labels.svg',
      'notes.txt',
    ]);
  });

  it('leave nothing behind when labels cannot be made, or the disk takes no more', async () => {
    rows = (await parsePlan('desk,name\nd-1,Łódź\n', 'plan.csv')).rows;
    await expect(write()).rejects.toMatchObject({ code: 'bad-letters', message: expect.stringContaining('Ł ź') });
    expect(await readdir(parent)).toEqual([]);

    await writeFile(join(parent, 'deep'), 'a file where a folder should be');
    rows = (await parsePlan(plan, 'plan.csv')).rows;
    await expect(write()).rejects.toMatchObject({ code: 'cannot-write' });
  });

  it('are not written where a link to nowhere is', async () => {
    await mkdir(output, { recursive: true });
    await symlink(join(parent, 'nowhere'), join(output, 'deskbeacon-d-3'));
    await expect(write()).rejects.toMatchObject({ code: 'output-exists' });
    expect(await readdir(output)).toEqual(['deskbeacon-d-3']);
  });

  it('fill as many sheets as they need', async () => {
    rows = (await parsePlan(`desk,name\n${Array.from({ length: 30 }, (_, i) => `d-${i},\n`).join('')}`, 'p')).rows;
    const { sheets } = await write();
    expect(sheets).toEqual(['labels-1.svg', 'labels-2.svg', 'labels.pdf'].map((name) => join(output, name)));
    const both = (await read('labels-1.svg')) + (await read('labels-2.svg'));
    expect(both.match(/<path /g)).toHaveLength(30);
  });
});
