#!/usr/bin/env node
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from '../../build.mjs';
import { buildPage } from '../src/playground/build-page.mjs';

/** `npm run playground`: builds the page and says where it is. `-- FILE` puts it elsewhere. */

const output = process.argv[2] ?? fileURLToPath(new URL('../../docs/playground/dist/playground.html', import.meta.url));
await ensureBuilt();
await buildPage(output);
console.log(`Open ${pathToFileURL(output).href} in a browser.`);
