import { createRequire } from 'node:module';
import { HciSocket } from './hci-socket.js';

const socketPackage = '@abandonware/bluetooth-hci-socket';

/**
 * Makes bleno and noble, when they are loaded from node_modules, get our `HciSocket` for their socket package: puts it
 * into Node's module cache under each file that the package resolves to from either. In a bundle the alias of
 * `esbuild-plugin.mjs` does the same at build time and this finds nothing to do. `ownSocket` checks the outcome of both.
 */
export function substituteSocket(): void {
  const here = createRequire(import.meta.url);
  for (const stack of ['@abandonware/bleno', '@abandonware/noble/with-bindings.js']) {
    const file = resolve(here, stack);
    const socketFile = file === undefined ? undefined : resolve(createRequire(file), socketPackage);
    if (socketFile === undefined || here.cache[socketFile]?.exports === HciSocket) continue;
    here.cache[socketFile] = makeModule(socketFile);
  }
}

/**
 * @returns the socket a stack has made, if it is ours.
 * @throws TypeError when the package was loaded before the substitution or bundled without the plugin.
 */
export function ownSocket(candidate: unknown): HciSocket {
  if (candidate instanceof HciSocket) return candidate;
  throw new TypeError(
    `${socketPackage} is not replaced: bleno or noble was loaded before startBleno or startNoble, or bundled without radioPlugin`,
  );
}

function resolve(from: NodeJS.Require, specifier: string): string | undefined {
  try {
    return from.resolve(specifier);
  } catch {
    // Not installed beside a bundle: nothing will load it from there.
    return undefined;
  }
}

/** The members of a loaded CommonJS module that `require` looks at when it finds one in its cache. */
function makeModule(filename: string): NodeJS.Module {
  const module = { id: filename, filename, path: filename, exports: HciSocket, loaded: true, children: [], paths: [] };
  return module as unknown as NodeJS.Module;
}
