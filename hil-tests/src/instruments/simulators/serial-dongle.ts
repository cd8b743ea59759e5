import { once } from 'node:events';
import { rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { openPty } from './open-pty.js';
import type { ServedDevice } from './simulated-device.js';

/**
 * A controller served over H4 on a unix socket, as a dongle on a serial port.
 * @param path a link to the port, as udev makes one below /dev/serial/by-id: it is gone while the dongle is.
 */
export async function plugInDongle(socket: string, path: string): Promise<ServedDevice> {
  const controller = connect(socket);
  await once(controller, 'connect');
  const pty = await openPty();
  pty.onOctets((octets) => controller.write(octets));
  controller.on('data', pty.write);
  controller.on('error', () => controller.destroy());
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    controller.destroy();
    closing ??= rm(path, { force: true }).then(pty.hangUp);
    return closing;
  };
  // The air took the controller away.
  controller.once('close', () => void close());
  await symlink(pty.path, path);
  return { path, close };
}
