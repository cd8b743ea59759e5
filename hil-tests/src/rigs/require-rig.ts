/**
 * A rig that cannot run here is a skip with its reason on somebody's laptop, and a failure where everything it needs was
 * to be installed: with `CI=true`, what was not shown must not read as shown.
 * @param why why the rig cannot run; nothing when it can.
 * @returns whether to skip.
 * @throws Error with `CI=true`.
 */
export function mustSkip(rig: string, why: string | undefined): boolean {
  if (why === undefined) return false;
  if (process.env.CI === 'true') throw new Error(`the rig ${rig} must run in CI: ${why}`);
  return true;
}
