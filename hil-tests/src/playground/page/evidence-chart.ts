import type { ReplayedCall } from '@deskbeacon/proximity-core';
import type { CallTrack } from '../call-track.js';
import { evidenceInWords, seconds, signed } from '../words.js';
import { openFrame } from './chart-frame.js';
import { svg, table } from './elements.js';

/** How far the evidence lies above the line of silence while it grows, and where the decision falls. */
export interface EvidencePicture {
  readonly track: CallTrack;
  readonly call?: ReplayedCall | undefined;
  readonly widthPx: number;
  readonly untilMs: number;
  /** What comes later is drawn faintly. */
  readonly upToMs: number;
}

const HEIGHT_PX = 220;
const LOW_NATS = -12;
const HIGH_NATS = 4;

export function drawEvidence({ track, call, widthPx, untilMs, upToMs }: EvidencePicture): SVGSVGElement {
  const frame = openFrame({
    widthPx,
    heightPx: HEIGHT_PX,
    untilMs,
    low: LOW_NATS,
    high: HIGH_NATS,
    ticks: [-12, -8, -4, 0, 4],
    unit: 'nats above the line of silence',
    description: `Evidence over time. ${evidenceInWords(track, call)}`,
  });
  const { root, x, y, leftPx, rightPx, topPx } = frame;
  const lineY = y(0);
  root.prepend(svg('rect', { class: 'above', x: leftPx, y: topPx, width: rightPx - leftPx, height: lineY - topPx }));
  root.append(
    svg('line', { class: 'silence-line', x1: leftPx, x2: rightPx, y1: lineY, y2: lineY }),
    svg('text', { class: 'on-line', x: rightPx - 4, y: lineY - 6, 'text-anchor': 'end' }, 'silent above'),
    svg('text', { class: 'on-line', x: rightPx - 4, y: lineY + 15, 'text-anchor': 'end' }, 'rings below'),
  );
  const from = track.state().calledAtMs ?? 0;
  for (const isLater of [true, false]) {
    const points = track.curve.filter(({ atMs }) => isLater || atMs <= upToMs);
    if (points.length < 2) continue;
    const path = points.map(({ atMs, marginNats }) => `${x(atMs - from).toFixed(1)},${y(marginNats).toFixed(1)}`);
    root.append(svg('polyline', { class: isLater ? 'curve later' : 'curve', points: path.join(' ') }));
  }
  for (const { atMs, marginNats } of track.state().looks) {
    const isLater = atMs > upToMs ? ' later' : '';
    const kind = marginNats >= 0 ? 'look passed' : 'look';
    root.append(svg('circle', { class: kind + isLater, cx: x(atMs - from), cy: y(marginNats), r: 5 }));
  }
  if (call !== undefined && call.decidedAtMs <= upToMs) root.append(...drawDecision(call, from, frame));
  return root;
}

function drawDecision(
  { decision, decidedAtMs }: ReplayedCall,
  fromMs: number,
  { x, leftPx, rightPx, topPx, bottomPx }: ReturnType<typeof openFrame>,
): readonly Element[] {
  const atPx = x(decidedAtMs - fromMs);
  const isRight = atPx > (leftPx + rightPx) / 2;
  const text = decision === 'silence' ? `silent at ${seconds(decidedAtMs)}` : `rings at ${seconds(decidedAtMs)}`;
  const label = { class: `decision ${decision}`, y: topPx + 14, 'text-anchor': isRight ? 'end' : 'start' };
  return [
    svg('line', { class: `decision ${decision}`, x1: atPx, x2: atPx, y1: topPx, y2: bottomPx }),
    svg('text', { ...label, x: atPx + (isRight ? -7 : 7) }, text),
  ];
}

/** The same as numbers. */
export function evidenceTable(track: CallTrack): HTMLTableElement {
  const rows = track
    .state()
    .looks.map(({ atMs, llr, pDesk, marginNats }) => [
      seconds(atMs),
      signed(llr, 1),
      `${Math.round(100 * pDesk)} %`,
      signed(marginNats, 1),
    ]);
  return table('Looks at the evidence', ['Time', 'Nats for the desk', 'At the desk', 'Above the line'], rows);
}
