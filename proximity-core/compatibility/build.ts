import { fileURLToPath } from 'node:url';

/** The build of the whole checkout, which is plain JavaScript and knows no types. */
interface Build {
  readonly ensureBuilt: () => Promise<void>;
  readonly buildPackage: () => Promise<void>;
}

const program = fileURLToPath(new URL('../../build.mjs', import.meta.url));
export const { ensureBuilt, buildPackage } = (await import(program)) as Build;
