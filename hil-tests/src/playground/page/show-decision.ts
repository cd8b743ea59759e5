import type { ReplayedCall } from '@deskbeacon/proximity-core';
import { html } from './elements.js';

/** The sentence that the core explains a decision with: what and why in one line, the numbers below it. */
export function showDecision(
  box: HTMLElement,
  { decision }: Pick<ReplayedCall, 'decision'>,
  explanation: string,
): void {
  const [, headline = explanation, numbers = ''] = /^(.*?) (\(.*)$/.exec(explanation) ?? [];
  if (box.dataset.explanation === explanation) return;
  box.dataset.explanation = explanation;
  box.dataset.state = decision;
  box.replaceChildren(html('b', {}, headline), ' ', html('span', {}, numbers));
}

/** While nothing is decided. */
export function showUndecided(box: HTMLElement, text: string): void {
  delete box.dataset.explanation;
  delete box.dataset.state;
  box.textContent = text;
}
