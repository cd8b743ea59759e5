import { constants } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';

/** The few things that a checked write asks of a disk, so that a test can cut the power between any two of them. */
export interface FileLayer {
  /** Makes a new file of mode 0600 with this text, and returns when the text itself is on the disk. */
  writeNew(path: string, text: string): Promise<void>;
  /** Gives a file another name, in the place of whatever has that name. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name, which must be free. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
  /** Returns when the names in a directory are on the disk. */
  syncDirectory(path: string): Promise<void>;
}

export const nodeFiles: FileLayer = {
  rename,
  link,
  remove: (path) => rm(path, { force: true }),
  async writeNew(path, text) {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async syncDirectory(path) {
    const directory = await open(path, constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};
