import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The core as it was built for `require`, as one script: every file of it byte for byte, each a function of its own. */

const folder = fileURLToPath(new URL('../../../proximity-core', import.meta.url));

/** @returns {string} a script that puts what the package exports at `globalThis.deskbeaconCore`. */
export function coreScript() {
  const files = coreFiles();
  const [main] = files;
  const functions = files.map(({ name, code, names }) => {
    return `${JSON.stringify(name)}: [(module, exports, require) => {\n${code}\n}, ${JSON.stringify(names)}],`;
  });
  return `globalThis.deskbeaconCore = (() => {
const files = {
${functions.join('\n')}
};
const loaded = {};
const load = (name) => {
  if (loaded[name] === undefined) {
    const module = (loaded[name] = { exports: {} });
    const [run, names] = files[name];
    run(module, module.exports, (asked) => load(names[asked]));
  }
  return loaded[name].exports;
};
return load(${JSON.stringify(main.name)});
})();`;
}

/**
 * What `require` of the package reads, the file that it names first. Where the maps are is not told: they are not in the page.
 * @returns {readonly { readonly name: string, readonly code: string, readonly names: Readonly<Record<string, string>> }[]}
 */
export function coreFiles() {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { require: main } = exports['.'];
  const queue = [join(folder, main.default ?? main)];
  const files = [];
  for (const path of queue) {
    const code = readFileSync(path, 'utf8')
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .trimEnd();
    const names = {};
    for (const [, asked] of code.matchAll(/\brequire\("([^"]+)"\)/g)) {
      if (!asked.startsWith('.')) throw new Error(`${path}: expected no package to be required, got ${asked}`);
      const target = join(dirname(path), asked);
      names[asked] = relative(folder, target);
      if (!queue.includes(target)) queue.push(target);
    }
    files.push({ name: relative(folder, path), code, names });
  }
  return files;
}
