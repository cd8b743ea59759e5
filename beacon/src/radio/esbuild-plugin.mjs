import { fileURLToPath } from 'node:url';

/**
 * What a bundle of this room needs at its top: CommonJS dependencies call `require` for Node's own modules. The name is
 * long so that a minifier cannot give it to something else.
 */
export const radioBanner = [
  "import { createRequire as deskbeaconCreateRequireForBundle } from 'node:module';",
  'const require = deskbeaconCreateRequireForBundle(import.meta.url);',
].join('\n');

/** Bindings of other platforms and transports, which bleno and noble name but never load on a Linux with our socket. */
const foreignBindings = /^\.\/(mac|win|websocket|distributed)\/bindings$/;
/** Packages with native parts: they stay in node_modules, beside their prebuilt files. */
const nativePackages = /^(serialport|usb|xpc-connect|@stoprocent\/bluetooth-hci-socket(\/.*)?)$/;

/**
 * The esbuild plugin for every bundle that contains `beacon/src/radio`: bleno and noble go into the bundle unmodified
 * and get our socket class.
 * @returns {import('esbuild').Plugin}
 */
export function radioPlugin() {
  const socketModule = fileURLToPath(new URL('./hci-socket-module.cjs', import.meta.url));
  return {
    name: 'deskbeacon-radio',
    setup(build) {
      build.onResolve({ filter: /^@abandonware\/bluetooth-hci-socket$/ }, () => ({ path: socketModule }));
      build.onResolve({ filter: nativePackages }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: foreignBindings }, ({ path, importer }) =>
        /[\\/]@abandonware[\\/](bleno|noble)[\\/]/.test(importer)
          ? { path, namespace: 'deskbeacon-foreign-bindings' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'deskbeacon-foreign-bindings' }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is not part of this bundle`)});`,
        loader: 'js',
      }));
    },
  };
}
