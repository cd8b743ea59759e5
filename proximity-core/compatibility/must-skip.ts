import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What is not installed is a skip with its reason on somebody's laptop; with `CI=true`, where .ci/setup has installed
 * everything, it is a failure: what was not shown must not read as shown.
 * @param why why it cannot run; nothing when it can.
 * @returns whether to skip.
 * @throws Error with `CI=true`.
 */
export function mustSkip(what: string, why: string | undefined): boolean {
  if (why === undefined) return false;
  if (process.env.CI === 'true') throw new Error(`${what} must run in CI: ${why}`);
  return true;
}

/** @returns why the packages of a folder beside this file cannot be used, or nothing. */
export function whyNotInstalled(folder: string): string | undefined {
  const installed = fileURLToPath(new URL(`${folder}/node_modules`, import.meta.url));
  return existsSync(installed) ? undefined : `npm ci --prefix proximity-core/compatibility/${folder} was not run`;
}
