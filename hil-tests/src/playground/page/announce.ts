import { byId } from './elements.js';

/** What a screen reader is told: one sentence at a time, and nothing twice in a row. */
export function announce(text: string): void {
  const news = byId('news', HTMLElement);
  if (news.textContent !== text) news.textContent = text;
}

/** @returns a teller that waits until nothing new came for a while: a phone that is dragged says where it ends. */
export function announceLater(waitMs: number): (text: string) => void {
  let timer: number | undefined;
  return (text) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => announce(text), waitMs);
  };
}
