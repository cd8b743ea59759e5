const { readFileSync } = require('node:fs');
const { runInThisContext } = require('node:vm');

/** Runs scripts one after the other in Node's own global world, which gets a `print`. */
const lines = [];
globalThis.print = (text) => {
  lines.push(`${text}\n`);
};
for (const file of process.argv.slice(2)) runInThisContext(readFileSync(file, 'utf8'), { filename: file });
process.stdout.write(lines.join(''));
