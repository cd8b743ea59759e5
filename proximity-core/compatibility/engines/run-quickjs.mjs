import { readFileSync } from 'node:fs';
import { getQuickJS } from 'quickjs-emscripten';

/** Runs scripts one after the other in one context of QuickJS, which has `print` and nothing else of a host. */
const quickJs = await getQuickJS();
const context = quickJs.newContext();
const lines = [];
const print = context.newFunction('print', (text) => {
  lines.push(context.getString(text));
});
context.setProp(context.global, 'print', print);
if (process.env.DESKBEACON_MEMORY !== undefined) {
  const used = context.newFunction('usedOctets', () => {
    const usage = context.runtime.computeMemoryUsage();
    const octets = context.getNumber(context.getProp(usage, 'memory_used_size'));
    usage.dispose();
    return context.newNumber(octets);
  });
  context.setProp(context.global, 'usedOctets', used);
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
