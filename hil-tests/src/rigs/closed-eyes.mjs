import files from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into the daemon ahead of it (`node --import`), this hides one thing from it that the kernel shows, so that CI can
 * show which scenario fails then. The fragment of the URL names the point; see `saboteur.ts`.
 */
const Socket = createRequire(import.meta.url)('@stoprocent/bluetooth-hci-socket/lib/native.js');
const COMMAND = 0x01;
const everyAdapter = Array.from({ length: 10 }, (_, devId) => ({ devId }));
const EVENT = 0x04;
const COMMAND_COMPLETE = 0x0e;
const { emit, write } = Socket.prototype;

/** The addon's own methods are read-only; a method of the same name in front of them is not. */
function replace(name, value) {
  Object.defineProperty(Socket.prototype, name, { value, configurable: true });
}

function isAnswer(packet) {
  return packet[0] === EVENT && packet[1] === COMMAND_COMPLETE && packet.length >= 7;
}

/** Takes an opcode out of the list, if it is there. */
function isTaken(opcodes, opcode) {
  const index = opcodes.indexOf(opcode);
  if (index >= 0) opcodes.splice(index, 1);
  return index >= 0;
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
    const unanswered = [];
    replace('write', function (packet) {
      if (packet[0] === COMMAND) unanswered.push(packet.readUInt16LE(1));
      return write.call(this, packet);
    });
    replace('emit', function (event, ...rest) {
      const [packet] = rest;
      const isOfOthers =
        event === 'data' &&
        (packet[0] === COMMAND || (isAnswer(packet) && !isTaken(unanswered, packet.readUInt16LE(4))));
      return isOfOthers ? true : emit.call(this, event, ...rest);
    });
  },
  '#blind-to-switches': () => {
    const { readdir } = files;
    files.readdir = async (folder, ...rest) => (folder === '/sys/class/rfkill' ? [] : readdir(folder, ...rest));
    syncBuiltinESMExports();
  },
};

sabotages[new URL(import.meta.url).hash]();
