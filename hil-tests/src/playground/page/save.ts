import { html } from './elements.js';

/** Gives the user a file that was made in the page; nothing is sent. */
export function offerFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  html('a', { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
