import { subpaths } from '../../subpaths.mjs';

/**
 * The pages of the reference, in the order in which a name that several export is described: once, at the first of them. `main`
 * stands for `.`, which exports all of the others but the adapters, and has what no subpath has.
 */
const order = ['./call', './frames', './calibration', './trace', './reasons', './signed-profile'];
const others = Object.keys(subpaths).filter((subpath) => subpath !== '.' && !order.includes(subpath));

export const pages = [...order, ...others, '.'].map((subpath) => ({
  subpath,
  source: subpaths[subpath],
  name: subpath === '.' ? 'main' : subpath.slice(2),
}));

/** What hosts evaluate that are no modules: each by the name under which it is a global. */
export const scripts = [
  { source: 'src/facade/facade.ts', name: 'global', assigned: 'proximityCore' },
  { source: 'src/facade/tools.ts', name: 'global-tools', assigned: 'proximityCoreTools' },
];
