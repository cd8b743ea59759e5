#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In a checkout the program is built when it has to be; an installed package has no sources and comes built.
const workspace = new URL('../../build.mjs', import.meta.url);
if (existsSync(workspace)) await (await import(workspace.href)).ensureBuilt();
await import('../dist/fuzz.mjs');
