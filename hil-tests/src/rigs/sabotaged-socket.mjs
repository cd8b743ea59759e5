import { createRequire } from 'node:module';

/**
 * Loaded into the daemon ahead of it (`node --import`), this breaks the kernel's socket in one point, so that CI can show
 * which scenario fails then. The fragment of the URL names the point; see `saboteur.ts`.
 */
const Socket = createRequire(import.meta.url)('@stoprocent/bluetooth-hci-socket/lib/native.js');
const COMMAND = 0x01;
const everyAdapter = Array.from({ length: 10 }, (_, devId) => ({ devId }));
const { emit } = Socket.prototype;

/** The addon's own methods are read-only; a method of the same name in front of them is not. */
function replace(name, value) {
  Object.defineProperty(Socket.prototype, name, { value, configurable: true });
}

const sabotages = {
  '#blind-to-adapter': () => {
    replace('isDevUp', () => true);
    replace('getDeviceList', () => everyAdapter);
    replace('emit', function (event, ...rest) {
      return event === 'error' ? true : emit.call(this, event, ...rest);
    });
  },
  '#deaf-to-others': () => {
    replace('emit', function (event, ...rest) {
      return event === 'data' && rest[0][0] === COMMAND ? true : emit.call(this, event, ...rest);
    });
  },
};

sabotages[new URL(import.meta.url).hash]();
