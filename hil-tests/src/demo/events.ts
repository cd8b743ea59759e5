import type { Decision } from '@deskbeacon/proximity-core';
import type { DemoCall, Summary } from './results.js';
import type { PlannedCall, Scene } from './scenes.js';

/** What happens in a demo, for a screen, a log or a file. The demo itself prints nothing. */
export type DemoEvent =
  | { readonly type: 'planned'; readonly scene: Scene; readonly isVirtual: boolean }
  | { readonly type: 'step'; readonly text: string }
  | { readonly type: 'call'; readonly planned: PlannedCall; readonly number: number; readonly of: number }
  | { readonly type: 'instruction'; readonly text: string }
  | { readonly type: 'scan-started' | 'scan-stopped'; readonly atMs: number }
  | { readonly type: 'heard'; readonly desk: string | null; readonly rssiDbm: number; readonly atMs: number }
  | { readonly type: 'decided'; readonly decision: Decision }
  | { readonly type: 'result'; readonly result: DemoCall }
  | { readonly type: 'summary'; readonly summary: Summary };
