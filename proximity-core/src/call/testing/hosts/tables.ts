import type { HostTable } from './host-table.js';
import { iphoneTables } from './iphone-tables.js';
import { otherTables } from './other-tables.js';

/**
 * Every host that docs/hosts.md speaks of. They lie beside the tests and not in the package: what an app gives to `createCall` are
 * the few booleans of `capabilities`, and prose about platforms has no place in what every phone loads.
 */
export const hostTables: readonly HostTable[] = [...iphoneTables, ...otherTables];
