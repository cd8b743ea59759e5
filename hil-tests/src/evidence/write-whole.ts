import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside and renames, with everything on the disk before the name: after a power cut the file is old or new, never torn. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.part`;
  const file = await open(beside, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
