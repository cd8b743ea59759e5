import { type Reason, reasons } from '@deskbeacon/proximity-core';
import type { DemoCall, Summary } from './results.js';
import type { Scene } from './scenes.js';

/** The demo in words: one line a call, for pipes, logs and screen readers. */

export function sceneLine(scene: Scene): string {
  const others = scene.desks.length - 1;
  return `Scene ${scene.name}, seed ${scene.seed}: own desk ${scene.own.id}, ${others} other ${others === 1 ? 'desk' : 'desks'}, ${scene.calls.length} calls.`;
}

export function resultLine(result: DemoCall, where: string): string {
  const mark = result.ok ? 'ok   ' : 'WRONG';
  const decision = result.decision === 'silence' ? 'silent' : 'rings ';
  const dropped = Object.values(result.packets.dropped).reduce((sum, n) => sum + n, 0);
  const why = reasons[result.reason as Reason] ?? result.reason;
  const scanned =
    result.scanStartedAtMs === null || result.scanStoppedAtMs === null
      ? 'not scanned'
      : `scanned ${Math.round(result.scanStartedAtMs)}–${Math.round(result.scanStoppedAtMs)} ms`;
  return `${mark} ${result.call} ${decision} after ${String(Math.round(result.decidedAtMs)).padStart(4)} ms, ${String(result.packets.used).padStart(3)} packets${dropped > 0 ? ` (${dropped} dropped)` : ''}, ${scanned}: phone ${where}. ${why}`;
}

export function summaryLines(summary: Summary): readonly string[] {
  const count = (names: readonly string[]): string =>
    names.length === 0 ? 'none' : `${names.length} (${names.join(', ')})`;
  return [
    `${summary.ok} of ${summary.calls} calls as expected.`,
    `Silenced out of earshot: ${count(summary.wronglySilenced)}. Double rings at the desk: ${count(summary.doubleRings)}. Silenced at the neighbour's desk: ${count(summary.neighboursSilenced)}.`,
  ];
}
