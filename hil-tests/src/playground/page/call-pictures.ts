import type { ReplayedCall } from '@deskbeacon/proximity-core';
import type { CallTrack } from '../call-track.js';
import { html } from './elements.js';
import { drawEvidence, evidenceTable } from './evidence-chart.js';
import { drawLevels, levelLegend, levelTable } from './level-chart.js';

/** Both pictures of one call with their tables, in a box of the page; drawn anew when the box gets wider or narrower. */

export interface ShownCall {
  readonly track: CallTrack;
  readonly call?: ReplayedCall | undefined;
  /** Right edge, ms from the call. */
  readonly untilMs: number;
  /** What comes later is drawn faintly; ms on the clock of the events. */
  readonly upToMs: number;
}

export interface CallPictures {
  readonly show: (shown: ShownCall) => void;
}

const LEAST_WIDTH_PX = 200;

export function createPictures(box: HTMLElement): CallPictures {
  const evidence = html('figure', { class: 'evidence' });
  const levels = html('figure', { class: 'levels' });
  const legend = html('div');
  const numbers = html('details', {}, html('summary', {}, 'The same as tables'));
  const tables = html('section', { class: 'tables', tabindex: 0, 'aria-label': 'The pictures as tables' });
  numbers.append(tables);
  box.append(evidence, levels, legend, numbers);
  let shown: ShownCall | undefined;
  let widthPx = 0;

  const draw = (): void => {
    if (shown === undefined || widthPx < LEAST_WIDTH_PX) return;
    const { track } = shown;
    evidence.replaceChildren(drawEvidence({ ...shown, widthPx }));
    levels.replaceChildren(drawLevels({ ...shown, widthPx }));
    legend.replaceChildren(levelLegend(track));
    tables.replaceChildren(evidenceTable(track), levelTable(track));
  };
  new ResizeObserver(() => {
    const now = Math.floor(box.clientWidth);
    if (now === widthPx) return;
    widthPx = now;
    draw();
  }).observe(box);
  return {
    show(next) {
      shown = next;
      widthPx = Math.floor(box.clientWidth);
      draw();
    },
  };
}
