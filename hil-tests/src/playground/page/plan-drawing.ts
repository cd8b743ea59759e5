import type { Point } from '../../air/plan.js';
import type { Ringing } from '../office-call.js';
import { describePlace, isOutside, officePlan } from '../office-plan.js';
import { byId, svg } from './elements.js';

/** The plan of the office as a picture, in hundredths of a metre. The phone is a button that lies on it. */

const EDGE_M = 0.2;
const plan = {
  leftM: -EDGE_M,
  topM: -EDGE_M,
  widthM: officePlan.widthM + officePlan.outsideM + 2 * EDGE_M,
  heightM: officePlan.heightM + 2 * EDGE_M,
};
/** A phone that is gone lies here. */
const OUTSIDE_X_M = officePlan.widthM + officePlan.outsideM / 2;

export function drawPlan(): void {
  const picture = byId('plan-picture', SVGSVGElement);
  picture.setAttribute('viewBox', [plan.leftM, plan.topM, plan.widthM, plan.heightM].map((m) => 100 * m).join(' '));
  for (const { name, leftM, topM, rightM, bottomM } of officePlan.rooms) {
    const [x, y] = [100 * leftM, 100 * topM];
    picture.append(
      svg('rect', { class: 'floor', x, y, width: 100 * (rightM - leftM), height: 100 * (bottomM - topM) }),
    );
    picture.append(svg('text', { class: 'room', x: x + 14, y: y + (topM > 0 ? 56 : 42) }, name));
  }
  picture.append(svg('text', { class: 'room', x: 100 * OUTSIDE_X_M, y: 42, 'text-anchor': 'middle' }, 'out'));
  for (const { x1M, y1M, x2M, y2M } of officePlan.walls) {
    picture.append(svg('line', { class: 'wall', x1: 100 * x1M, y1: 100 * y1M, x2: 100 * x2M, y2: 100 * y2M }));
  }
  for (const { id, xM, yM } of officePlan.desks) {
    const isOwn = id === officePlan.own.id;
    const group = svg('g', { class: isOwn ? 'desk own' : 'desk', ...(isOwn ? { id: 'own-desk' } : {}) });
    group.append(
      svg('rect', { x: 100 * xM - 55, y: 100 * yM - 22, width: 110, height: 48, rx: 8 }),
      svg('text', { x: 100 * xM, y: 100 * yM + 14, 'text-anchor': 'middle' }, isOwn ? 'yours' : id),
    );
    picture.append(group);
  }
  picture.setAttribute('aria-label', planInWords());
  new ResizeObserver(() => sizeText(picture)).observe(picture);
}

/** Text on the plan keeps the size of other small text, however wide the plan is. */
function sizeText(picture: SVGSVGElement): void {
  const pxPerUnit = picture.clientWidth / (100 * plan.widthM);
  if (pxPerUnit > 0) picture.style.setProperty('font-size', `${Math.min(34, 12.5 / pxPerUnit).toFixed(1)}px`);
}

export function showPhone(button: HTMLElement, at: Point): void {
  const xM = isOutside(at) ? OUTSIDE_X_M : at.xM;
  button.style.left = `${(100 * (xM - plan.leftM)) / plan.widthM}%`;
  button.style.top = `${(100 * (at.yM - plan.topM)) / plan.heightM}%`;
  button.setAttribute('aria-label', `The mobile, ${describePlace(at)}`);
}

export function showRinging({ desk, mobile }: Ringing, phone: HTMLElement): void {
  const ownDesk = byId('own-desk', SVGGElement);
  ownDesk.classList.toggle('ringing', desk === 'ringing');
  for (const state of ['ringing', 'listening', 'quiet']) phone.classList.toggle(state, mobile === state);
}

/** @returns where in the office a point of the screen lies. */
export function placeOfPointer(clientX: number, clientY: number): Point {
  const box = byId('plan-picture', SVGSVGElement).getBoundingClientRect();
  return {
    xM: plan.leftM + (plan.widthM * (clientX - box.left)) / box.width,
    yM: plan.topM + (plan.heightM * (clientY - box.top)) / box.height,
  };
}

function planInWords(): string {
  return (
    `Plan of an office, ${officePlan.widthM} by ${officePlan.heightM} metres: your room with six desks, yours among them in the ` +
    'middle of the row along a wall; behind that wall the next room with three desks; to the right a corridor, and outside.'
  );
}
