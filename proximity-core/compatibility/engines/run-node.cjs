const { readFileSync } = require('node:fs');
const { runInThisContext } = require('node:vm');

/** Runs scripts one after the other in Node's own global world, which gets a `print`, and instruments where they are asked for. */
const lines = [];
globalThis.print = (text) => {
  lines.push(`${text}\n`);
};
if (process.env.DESKBEACON_INSTRUMENTS !== undefined) {
  let startedAtMs = 0;
  globalThis.startWatch = () => {
    startedAtMs = performance.now();
  };
  globalThis.stopWatch = () => performance.now() - startedAtMs;
  globalThis.usedOctets = () => {
    for (let i = 0; i < 4; i += 1) globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
}
for (const file of process.argv.slice(2)) runInThisContext(readFileSync(file, 'utf8'), { filename: file });
process.stdout.write(lines.join(''));
