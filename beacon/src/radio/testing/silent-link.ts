import type { HciLink } from '../link.js';
import { LinkHub } from '../link-hub.js';

/** A link without a controller: the test sends the controller's packets by the hub and reads what was written. */
export function makeSilentLink(): { readonly hub: LinkHub; readonly link: HciLink; readonly written: Uint8Array[] } {
  const hub = new LinkHub();
  const written: Uint8Array[] = [];
  const link: HciLink = {
    address: 'h4:/dev/silent',
    send: (packet) => void written.push(packet),
    onPacket: (listener) => hub.onPacket(listener),
    onSent: (listener) => hub.onSent(listener),
    onReset: (listener) => hub.onReset(listener),
    onClosed: (listener) => hub.onClosed(listener),
    isUp: () => !hub.isClosed,
    close: async () => hub.emitClosed(undefined),
  };
  return { hub, link, written };
}
