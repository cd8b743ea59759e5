import { type Reason, reasons } from '@deskbeacon/proximity-core';
import { Box, Text } from 'ink';
import type { DeskLevel, OfficeState } from './office-state.js';
import { shownLevels } from './office-state.js';
import { type CellKind, drawPlan, runsOf } from './plan-view.js';
import type { DemoCall } from './results.js';

const LEVELS_SHOWN = 8;
/** With everything else 23 rows: one fewer than the smallest terminal has, or Ink would clear the screen for every frame. */
const RESULTS_SHOWN = 4;
const WIDTH = 80;

const colours: Readonly<Record<CellKind, string>> = {
  empty: 'white',
  wall: 'gray',
  desk: 'gray',
  own: 'cyan',
  phone: 'yellow',
  text: 'gray',
};

/** The whole screen: a plan with the phone on it, levels as they arrive, and what was decided. */
export function OfficeScreen({ state }: { readonly state: OfficeState }) {
  const { scene, call } = state;
  if (scene === undefined) return <Text>Deskbeacon: {state.status} …</Text>;
  const heading = `Deskbeacon · ${scene.name} · seed ${scene.seed} · ${state.isVirtual ? 'virtual air' : 'real adapters'}`;
  return (
    <Box flexDirection="column" width={WIDTH}>
      <Box justifyContent="space-between">
        <Text bold>{heading}</Text>
        <Text>{call === undefined ? '' : `call ${call.number} of ${call.of}`}</Text>
      </Box>
      <Box marginTop={1}>
        <Plan state={state} />
        <Box flexDirection="column" marginLeft={2} width={34}>
          <Listening state={state} />
          {shownLevels(state, LEVELS_SHOWN).map((level) => (
            <Level key={level.desk} level={level} isOwn={level.desk === scene.own.id} />
          ))}
        </Box>
      </Box>
      {state.instruction === undefined ? null : <Text color="yellow">{state.instruction} Then press Enter.</Text>}
      <Why verdict={state.verdict} />
      <Box flexDirection="column" marginTop={1}>
        {state.results.slice(state.summary === undefined ? -RESULTS_SHOWN : 1 - RESULTS_SHOWN).map((result) => (
          <Result key={result.call} result={result} />
        ))}
      </Box>
      {state.summary === undefined ? (
        <Text dimColor>[{scene.own.id.slice(-2)}] own desk · ·nn· other desks · ● phone · Ctrl-C ends</Text>
      ) : (
        <SummaryLine state={state} />
      )}
    </Box>
  );
}

function Plan({ state: { scene, call } }: { readonly state: OfficeState }) {
  if (scene === undefined) return null;
  return (
    <Box flexDirection="column" width={44}>
      {drawPlan(scene, call?.planned).map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a plan never move.
        <Text key={i}>
          {runsOf(row).map((run, j) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor do the runs within a row.
            <Text key={j} color={colours[run.kind]} bold={run.kind === 'own' || run.kind === 'phone'}>
              {run.text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

function Listening({ state }: { readonly state: OfficeState }) {
  const { call, verdict } = state;
  return (
    <Box flexDirection="column" marginBottom={1}>
      <Text wrap="wrap">{call === undefined ? 'No call yet' : `Phone ${call.planned.where}`}</Text>
      <Text color={state.scan === 'on' ? 'green' : 'gray'}>{scanText(state)}</Text>
      <Text bold>{verdict === undefined ? `${state.status} …` : verdictText(verdict)}</Text>
    </Box>
  );
}

function scanText({ scan, scanStartedAtMs, scanStoppedAtMs }: OfficeState): string {
  if (scan === 'on') return '● scanning';
  if (scanStartedAtMs === undefined || scanStoppedAtMs === undefined) return '○ not scanning';
  return `○ scanned ${Math.round(scanStartedAtMs)}–${Math.round(scanStoppedAtMs)} ms, off again`;
}

function verdictText(verdict: DemoCall): string {
  const what = verdict.decision === 'silence' ? 'STAYS QUIET' : 'RINGS';
  return `${what} after ${Math.round(verdict.decidedAtMs)} ms`;
}

/** One line that is always there, so that nothing below it moves. */
function Why({ verdict }: { readonly verdict: DemoCall | undefined }) {
  const why = verdict === undefined ? ' ' : (reasons[verdict.reason as Reason] ?? verdict.reason);
  return (
    <Text color={verdict?.ok === false ? 'red' : 'green'} wrap="truncate-end">
      {why}
    </Text>
  );
}

function Level({ level, isOwn }: { readonly level: DeskLevel; readonly isOwn: boolean }) {
  return (
    <Text color={isOwn ? 'cyan' : 'white'} bold={isOwn}>
      {level.desk.padEnd(5)} {String(level.lastDbm).padStart(4)} dBm {sparkline(level.historyDbm).padEnd(12)}{' '}
      {level.packets}
    </Text>
  );
}

/** −95 dBm is the floor, −45 dBm the top. */
export function sparkline(levelsDbm: readonly number[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  return levelsDbm.map((level) => bars[Math.min(7, Math.max(0, Math.floor((level + 95) / 6.25)))]).join('');
}

function Result({ result }: { readonly result: DemoCall }) {
  const decision = result.decision === 'silence' ? 'quiet' : 'rings';
  const when = String(Math.round(result.decidedAtMs)).padStart(4);
  const packets = String(result.packets.used).padStart(3);
  const line = `${result.call}  ${result.class.padEnd(11)}  ${decision} after ${when} ms  ${packets} packets  ${result.reason}`;
  return (
    <Text color={result.ok ? 'white' : 'red'} wrap="truncate-end">
      {result.ok ? '✓' : '✗'} {line}
      {result.close ? ' (close)' : ''}
    </Text>
  );
}

function SummaryLine({ state: { summary } }: { readonly state: OfficeState }) {
  if (summary === undefined) return null;
  const { wronglySilenced, doubleRings, neighboursSilenced } = summary;
  return (
    <Box flexDirection="column">
      <Text>
        <Text bold>
          {summary.ok} of {summary.calls} calls as expected.
        </Text>{' '}
        <Text color={wronglySilenced.length > 0 ? 'red' : 'green'}>
          Silenced out of earshot: {wronglySilenced.length}.
        </Text>
      </Text>
      <Text>
        Double rings at the desk: {doubleRings.length}. Silenced at the neighbour's desk: {neighboursSilenced.length}.
      </Text>
    </Box>
  );
}
