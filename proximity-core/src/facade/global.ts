import { type ProximityCore, proximityCore } from './facade.js';

/** The entry of `dist/proximity-core.global.js`. Assigned and not exported: what bundlers make of exports, old Hermes runs wrongly. */
(globalThis as { proximityCore?: ProximityCore }).proximityCore = proximityCore;
