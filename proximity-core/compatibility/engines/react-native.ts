import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's CommonJS files as Metro would put them into an app: each through React Native's Babel preset, in one script. */

const dist = fileURLToPath(new URL('../../dist/cjs', import.meta.url));
const requireHere = createRequire(import.meta.url);

/**
 * @param isTransformed whether Babel works on the files; without it the same script is as Node would run it.
 * @returns a script that sets `core` to what the package's main entry exports.
 */
export function packageScript(isTransformed: boolean): string {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.js') && !name.startsWith('types'),
  );
  const modules = names.map((name) => {
    const source = readFileSync(join(dist, name), 'utf8');
    const code = isTransformed ? throughBabel(source, name) : source;
    return `${JSON.stringify(posix.normalize(name))}: function (require, module, exports) {\n${code}\n}`;
  });
  return `var core = (${loader})({\n${modules.join(',\n')}\n});\n`;
}

/** Metro's loader in small: a module is run once, when it is first asked for. */
const loader = `function (modules) {
  var loaded = {};
  function load(name) {
    if (loaded[name] === undefined) {
      loaded[name] = { exports: {} };
      modules[name](function (asked) { return load(resolve(name, asked)); }, loaded[name], loaded[name].exports);
    }
    return loaded[name].exports;
  }
  function resolve(from, asked) {
    var parts = from.split('/').slice(0, -1);
    asked.split('/').forEach(function (part) {
      if (part === '..') parts.pop();
      else if (part !== '.') parts.push(part);
    });
    return parts.join('/');
  }
  return load('index.js');
}`;

function throughBabel(source: string, filename: string): string {
  const babel = requireHere('@babel/core') as {
    transformSync: (code: string, options: object) => { readonly code: string };
  };
  const preset = [requireHere.resolve('@react-native/babel-preset'), { enableBabelRuntime: false }];
  const options = {
    filename,
    presets: [preset],
    babelrc: false,
    configFile: false,
    compact: false,
    cwd: dirname(dist),
  };
  return babel.transformSync(source, options).code;
}
