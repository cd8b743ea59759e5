import { readFileSync } from 'node:fs';
import { getQuickJS } from 'quickjs-emscripten';

/** Runs scripts one after the other in one context of QuickJS, which has `print` and nothing else of a host, but instruments where they are asked for. */
const quickJs = await getQuickJS();
const context = quickJs.newContext();
const lines = [];
give('print', (text) => {
  lines.push(context.getString(text));
});
if (process.env.DESKBEACON_INSTRUMENTS !== undefined) {
  let startedAtMs = 0;
  give('startWatch', () => {
    startedAtMs = performance.now();
  });
  give('stopWatch', () => context.newNumber(performance.now() - startedAtMs));
  give('usedOctets', () => {
    const usage = context.runtime.computeMemoryUsage();
    const octets = context.getNumber(context.getProp(usage, 'memory_used_size'));
    usage.dispose();
    return context.newNumber(octets);
  });
}
for (const file of process.argv.slice(2)) {
  const result = context.evalCode(readFileSync(file, 'utf8'), file);
  if (result.error !== undefined) {
    process.stderr.write(`${JSON.stringify(context.dump(result.error))}\n`);
    process.exit(1);
  }
  result.value.dispose();
}
process.stdout.write(lines.map((line) => `${line}\n`).join(''));

function give(name, work) {
  context.setProp(context.global, name, context.newFunction(name, work));
}
