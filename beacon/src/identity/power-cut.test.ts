import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChecked, writeChecked } from './checked-file.js';
import { type ClockRecord, encodeClockRecord, keyTagOf } from './clock-record.js';
import type { FileLayer } from './file-layer.js';
import { encodeOwnership } from './ownership.js';
import { openState } from './state-directory.js';

/**
 * A disk that keeps what was synced, and of the rest what it likes: half-written texts, names that changed and names that did not.
 * Each file is known by number, as on a disk, so that one may have two names.
 */
interface Disk {
  readonly files: FileLayer;
  /** Every content of the directory that a power cut after so many operations may leave. */
  imagesAfter(operations: number): readonly ReadonlyMap<string, string>[];
  readonly operations: () => number;
}

type Names = ReadonlyMap<string, number>;

function createDisk(before: ReadonlyMap<string, string>): Disk {
  const texts: string[] = [];
  let names: Names = new Map([...before].map(([name, text]) => [name, texts.push(text) - 1] as const));
  let durable: Names = names;
  /** Names as they were after each operation since the last sync of the directory: any of them may be what is found. */
  let since: Names[] = [names];
  const history: ReadonlyMap<string, string>[][] = [];
  /** A text that is being written, for which any beginning may be found. */
  let torn: number | undefined;

  const materialise = (found: Names, tornText?: string): ReadonlyMap<string, string> =>
    new Map(
      [...found].map(([name, file]) => [
        name,
        file === torn && tornText !== undefined ? tornText : (texts[file] as string),
      ]),
    );
  const note = (): void => {
    const beginnings = torn === undefined ? [undefined] : cut(texts[torn] as string);
    history.push([durable, ...since].flatMap((found) => beginnings.map((text) => materialise(found, text))));
  };
  const rename = (change: (next: Map<string, number>) => void): void => {
    const next = new Map(names);
    change(next);
    names = next;
    since.push(next);
    note();
  };
  note();
  return {
    operations: () => history.length,
    imagesAfter: (operations) => history[operations] ?? [],
    files: {
      async writeNew(path, text) {
        torn = texts.push(text) - 1;
        rename((next) => next.set(basename(path), torn as number));
        torn = undefined;
        note();
      },
      async rename(from, to) {
        rename((next) => {
          next.set(basename(to), next.get(basename(from)) as number);
          next.delete(basename(from));
        });
      },
      async link(from, to) {
        rename((next) => next.set(basename(to), next.get(basename(from)) as number));
      },
      async remove(path) {
        if (names.has(basename(path))) rename((next) => next.delete(basename(path)));
      },
      async syncDirectory() {
        durable = names;
        since = [names];
        note();
      },
    },
  };
}

function cut(text: string): readonly string[] {
  return [0, 1, 20, Math.floor(text.length / 2), text.length - 2, text.length].map((length) => text.slice(0, length));
}

const owned = { rootKey: new Uint8Array(32).fill(1), setupCode: new Uint8Array(16).fill(2) };
const claimed = { ...owned, rootKey: new Uint8Array(32).fill(3), isRingAll: true };
const record = (floorUnixMs: number): ClockRecord => ({
  ...{ floorUnixMs, reservedUntilUnixMs: floorUnixMs + 3_600_000, isSynchronised: true, needsRekey: false },
  keyTag: keyTagOf(owned.rootKey),
});

let parent: string;
let made = 0;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'deskbeacon-power-cut-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

/** What a daemon finds that starts on this image. */
async function openImage(image: ReadonlyMap<string, string>) {
  const directory = join(parent, String(made++));
  await mkdir(directory, { mode: 0o700 });
  for (const [name, text] of image) await writeFile(join(directory, name), text, { mode: 0o600 });
  const state = await openState(directory, () => {
    throw new Error('the state is new');
  });
  await state.release();
  return state;
}

/** Writes a first state as a daemon would; the disk of the tests knows names alone. */
async function startingImage(): Promise<ReadonlyMap<string, string>> {
  const disk = createDisk(new Map());
  await createChecked('root-key.json', encodeOwnership(owned), { files: disk.files });
  await writeChecked('clock-floor.json', encodeClockRecord(record(1000)), { version: 2, files: disk.files });
  return disk.imagesAfter(disk.operations() - 1)[0] as ReadonlyMap<string, string>;
}

describe('a power cut at every step of a write', () => {
  it('of the reservation leaves the old one or the new one, and the new one once it was told to be written', async () => {
    const disk = createDisk(await startingImage());
    await writeChecked('clock-floor.json', encodeClockRecord(record(5000)), { version: 2, files: disk.files });
    const found: number[][] = [];
    for (let operation = 0; operation < disk.operations(); operation += 1) {
      const floors = new Set<number>();
      for (const image of disk.imagesAfter(operation)) {
        const { clock, isClockDamaged, ownership } = await openImage(image);
        expect([isClockDamaged, ownership]).toEqual([false, owned]);
        floors.add(clock?.floorUnixMs ?? Number.NaN);
      }
      found.push([...floors].sort());
    }
    // Before; the text is under way; it is whole; renamed; the directory is synced.
    expect(found).toEqual([[1000], [1000], [1000], [1000, 5000], [5000]]);
  });

  it('of owner and keys leaves the old ones or the new ones', async () => {
    const disk = createDisk(await startingImage());
    await writeChecked('root-key.json', encodeOwnership(claimed), { files: disk.files });
    const seen = new Set<string>();
    for (let operation = 0; operation < disk.operations(); operation += 1)
      for (const image of disk.imagesAfter(operation)) {
        const { ownership } = await openImage(image);
        expect([owned, claimed]).toContainEqual(ownership);
        seen.add(keyTagOf(ownership.rootKey));
      }
    expect(seen.size).toBe(2);
    const after = disk.imagesAfter(disk.operations() - 1);
    for (const image of after) expect((await openImage(image)).ownership).toEqual(claimed);
  });

  it('of the very first key leaves no key, which is a first start again, or a whole one', async () => {
    const disk = createDisk(new Map());
    await createChecked('root-key.json', encodeOwnership(owned), { files: disk.files });
    const seen = new Set<string>();
    for (let operation = 0; operation < disk.operations(); operation += 1)
      for (const image of disk.imagesAfter(operation)) {
        const found = await openImage(image).catch((error: Error) => error.message);
        if (typeof found !== 'string') expect(found.ownership).toEqual(owned);
        else expect(found).toBe('the state is new');
        seen.add(typeof found);
      }
    expect(seen).toEqual(new Set(['string', 'object']));
    for (const image of disk.imagesAfter(disk.operations() - 1))
      expect((await openImage(image)).ownership).toEqual(owned);
  });
});
