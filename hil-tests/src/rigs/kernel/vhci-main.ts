import { openSync, read, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { createH4Framer, packetTypes } from '@deskbeacon/beacon/radio';

/**
 * Plugs a controller that is served over H4 on a unix socket into this machine's own kernel, as `/dev/vhci` takes it
 * (Linux, drivers/bluetooth/hci_vhci.c): one whole packet a read or write, each with its H4 type; first the host sends a
 * vendor packet that asks for a controller, and the kernel answers with its number. Ended, it unplugs the controller.
 *
 * | vendor packet | octets |
 * |---|---|
 * | asked for | type 0xff, kind 0x00 (primary) |
 * | answered | type 0xff, kind, number 2, least significant octet first |
 */

const VENDOR = 0xff;
const PRIMARY = 0x00;
/** An ACL packet of the largest length that a host of our controllers may send, and more. */
const LONGEST_PACKET = 4096;
const FAILED = 69;

function fail(message: string): never {
  process.stderr.write(`deskbeacon-vhci: ${message}\n`);
  process.exit(FAILED);
}

/** Ends this process once it has plugged in: an exit would wait for the read of the kernel's, which no thread takes back. */
function unplug(why?: string): void {
  if (why !== undefined) writeSync(process.stderr.fd, `deskbeacon-vhci: ${why}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function plugIn(socketPath: string): void {
  const kernel = openKernel();
  const controller = connect(socketPath);
  const framer = createH4Framer({ direction: 'from-controller' });
  controller.on('data', (chunk) => {
    for (const item of framer.push(chunk)) if (item.kind === 'packet') pass(kernel, item.packet);
  });
  const isRefused = (error: Error): void => fail(`${socketPath}: ${error.message}`);
  controller.on('error', isRefused);
  // Its other end may close with a command unread, which is an error and not only a close.
  controller.on('close', () => unplug());
  controller.on('connect', () => {
    controller.off('error', isRefused).on('error', () => unplug());
    writeSync(kernel, Uint8Array.of(VENDOR, PRIMARY));
    readOn(kernel, (packet) => {
      if (packet[0] !== VENDOR) controller.write(packet);
      else process.stdout.write(`${JSON.stringify({ plugged: packet.readUInt16LE(2) })}\n`);
    });
  });
}

function openKernel(): number {
  try {
    return openSync('/dev/vhci', 'r+');
  } catch (error) {
    return fail(`/dev/vhci: ${(error as Error).message} (it needs root and the kernel module hci_vhci)`);
  }
}

/** An adapter that is down takes nothing: what its controller still says then is lost, as on any bus. */
function pass(kernel: number, packet: Uint8Array): void {
  try {
    writeSync(kernel, packet);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') unplug(`/dev/vhci: ${(error as Error).message}`);
  }
}

function readOn(kernel: number, take: (packet: Buffer) => void): void {
  const packet = Buffer.alloc(LONGEST_PACKET);
  read(kernel, packet, 0, LONGEST_PACKET, null, (error, length) => {
    if (error !== null) return unplug(`/dev/vhci: ${error.message}`);
    if (packet[0] === VENDOR || packet[0] === packetTypes.command || packet[0] === packetTypes.acl)
      take(packet.subarray(0, length));
    readOn(kernel, take);
  });
}

const [socketPath] = process.argv.slice(2);
if (socketPath === undefined) {
  process.stderr.write('usage: deskbeacon-vhci SOCKET\n');
  process.exit(2);
}
plugIn(socketPath);
