import { type ProximityCoreTools, proximityCoreTools } from './tools.js';

/** The entry of `dist/proximity-core.tools.global.js`, assigned for the reason that `global.ts` gives. */
(globalThis as { proximityCoreTools?: ProximityCoreTools }).proximityCoreTools = proximityCoreTools;
