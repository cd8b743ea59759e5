import type { Point } from '../../air/plan.js';
import { isOutside, keepInOffice, officePlan } from '../office-plan.js';
import { placeOfPointer, showPhone } from './plan-drawing.js';

/** The phone on the plan: dragged with mouse or finger, moved with the arrow keys. */

const STEP_M = 0.25;
const FINE_STEP_M = 0.05;

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { xM: -1, yM: 0 },
  ArrowRight: { xM: 1, yM: 0 },
  ArrowUp: { xM: 0, yM: -1 },
  ArrowDown: { xM: 0, yM: 1 },
};

export interface PhoneControl {
  readonly at: () => Point;
  readonly put: (at: Point) => void;
}

/** @param onMove told of every place the user moves it to. */
export function controlPhone(button: HTMLButtonElement, start: Point, onMove: (at: Point) => void): PhoneControl {
  let at = start;
  const put = (wished: Point): void => {
    at = keepInOffice(wished);
    showPhone(button, at);
  };
  const move = (wished: Point): void => {
    put(wished);
    onMove(at);
  };
  button.addEventListener('keydown', (event) => {
    const direction = directions[event.key];
    if (direction === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const stepM = event.shiftKey ? FINE_STEP_M : STEP_M;
    // Back in through the facade, not back all the way.
    const from = isOutside(at) && direction.xM < 0 ? { ...at, xM: officePlan.widthM } : at;
    move({ xM: from.xM + stepM * direction.xM, yM: from.yM + stepM * direction.yM });
  });
  button.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    button.classList.add('held');
  });
  button.addEventListener('pointermove', (event) => {
    if (button.hasPointerCapture(event.pointerId)) move(placeOfPointer(event.clientX, event.clientY));
  });
  for (const over of ['pointerup', 'pointercancel'] as const) {
    button.addEventListener(over, () => button.classList.remove('held'));
  }
  put(start);
  return { at: () => at, put };
}
