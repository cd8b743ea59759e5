import { Box, Static, Text } from 'ink';
import type { TelephoneCall } from '../judge.js';
import { summaryLine } from '../lines.js';
import type { Ladder } from './ladder.js';
import type { LadderScreenState, PastCall } from './ladder-state.js';
import { headOf, type Ink, runsOfRow, WIDTH } from './ladder-text.js';
import { atRest, isTold, type LaneStates, lanesOf, statesAfter } from './row.js';

/** Heading, text, lanes, what rings, a rule and the line for Ctrl-C. */
const ALWAYS = 6;
const RESULTS_SHOWN = 3;

const colours: Readonly<Record<Ink, string>> = {
  plain: 'white',
  ring: 'yellow',
  quiet: 'green',
  scan: 'cyan',
  end: 'magenta',
  time: 'gray',
  lane: 'gray',
  asleep: 'gray',
  message: 'white',
  push: 'blue',
};

/**
 * The whole screen: one call's ladder as it happens, its newest rows where not all fit, and what came of those before it. Ladders
 * of calls that are over stand above it, whole, for who scrolls back.
 * @param rows of the terminal.
 */
export function LadderScreen({ state, rows }: { readonly state: LadderScreenState; readonly rows: number }) {
  return (
    <Box flexDirection="column" width={WIDTH}>
      <Static items={[...state.past]}>{(call) => <Past key={call.number} call={call} of={state.of} />}</Static>
      {state.summary === undefined ? (
        <Running state={state} rows={rows} />
      ) : (
        <Done results={state.results} summary={state.summary} rows={rows} />
      )}
    </Box>
  );
}

function Running({ state, rows }: { readonly state: LadderScreenState; readonly rows: number }) {
  const { ladder, number, of, results } = state;
  if (ladder.planned === undefined)
    return (
      <Text>
        Deskbeacon: {state.isEnding ? 'ending' : 'a proxy, desk phones, apps and an office on the virtual air start'} …
      </Text>
    );
  // A call with a second app has a result more.
  const resultsShown = Math.min(ladder.planned.second === undefined ? of : of + 1, RESULTS_SHOWN);
  const shown = results.slice(-resultsShown);
  return (
    <Box flexDirection="column">
      <Heading ladder={ladder} number={number} of={of} elapsedMs={state.elapsedMs} />
      {/* One fewer than the terminal has, or Ink would clear it for every frame. */}
      <Rows ladder={ladder} most={rows - 1 - ALWAYS - resultsShown} />
      <Sounds ladder={ladder} />
      {shown.map((result) => (
        <Result key={result.call} result={result} />
      ))}
      <Text dimColor>
        {state.isEnding ? 'ending …' : '♪ rings · ┊ asleep · left out: 100, ACK, 401, 407, other 200s · Ctrl-C ends'}
      </Text>
    </Box>
  );
}

function Past({ call: { ladder, number }, of }: { readonly call: PastCall; readonly of: number }) {
  return (
    <Box flexDirection="column" marginBottom={1}>
      <Heading ladder={ladder} number={number} of={of} elapsedMs={undefined} />
      <Rows ladder={ladder} most={Number.POSITIVE_INFINITY} />
    </Box>
  );
}

interface HeadingProps {
  readonly ladder: Ladder;
  readonly number: number;
  readonly of: number;
  readonly elapsedMs: number | undefined;
}

function Heading({ ladder: { planned }, number, of, elapsedMs }: HeadingProps) {
  if (planned === undefined) return null;
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between">
        <Text bold>
          Deskbeacon · call {number} of {of} · {planned.call}
        </Text>
        <Text>{elapsedMs === undefined ? '' : `${(elapsedMs / 1000).toFixed(1)} s`}</Text>
      </Box>
      <Text wrap="truncate-end">{planned.text}</Text>
      <Text dimColor>{headOf(lanesOf(planned))}</Text>
    </Box>
  );
}

function Rows({ ladder: { planned, rows }, most }: { readonly ladder: Ladder; readonly most: number }) {
  if (planned === undefined) return null;
  const states = statesAfter(rows);
  const told = rows.flatMap((row, i) => (isTold(row) ? [{ row, states: states[i] as LaneStates }] : []));
  const hidden = told.length > most ? told.length - most + 1 : 0;
  return (
    <Box flexDirection="column">
      {hidden === 0 ? null : <Text dimColor>{`${'⋮'.padStart(5)}   ${hidden} rows before`}</Text>}
      {told.slice(hidden).map(({ row, states: then }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place.
        <Text key={hidden + i}>
          {runsOfRow(row, then, lanesOf(planned)).map((run, j) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have runs within a row.
            <Text key={j} color={colours[run.ink]} dimColor={run.ink === 'asleep'} bold={run.ink === 'ring'}>
              {run.text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

/** Who is heard now, which a person in the room would know without a screen. */
function Sounds({ ladder: { planned, rows } }: { readonly ladder: Ladder }) {
  const states = statesAfter(rows).at(-1) ?? atRest;
  const ringing = lanesOf(planned ?? {}).filter((lane) => states[lane] === 'ringing');
  const quiet = lanesOf(planned ?? {}).filter((lane) => states[lane] === 'quiet');
  const rings =
    ringing.length === 0 ? 'nothing rings' : `♪ ${ringing.join(' and ')} ${ringing.length > 1 ? 'ring' : 'rings'}`;
  return (
    <Text>
      <Text color={ringing.length > 0 ? 'yellow' : 'gray'} bold={ringing.length > 0}>
        {rings}
      </Text>
      {quiet.length === 0 ? null : <Text color="green"> · {quiet.join(' and ')} quiet</Text>}
    </Text>
  );
}

function Result({ result }: { readonly result: TelephoneCall }) {
  const { ok, call, decision, decidedAtMs, reason, mobileAlertedAtMs, answeredBy, findings } = result;
  const ms = (value: number | null): string => (value === null ? '–' : `${Math.round(value)} ms`);
  const decided = decision === null ? 'undecided' : `${decision} ${ms(decidedAtMs)} (${reason})`;
  const rang = decision === 'silence' && mobileAlertedAtMs !== null ? ` · rings ${ms(mobileAlertedAtMs)}` : '';
  const end = answeredBy === null ? 'no answer' : `answered: ${answeredBy}`;
  return (
    <Text color={ok ? 'white' : 'red'} wrap="truncate-end">
      {ok ? '✓' : '✗'} {call.padEnd(18)} {ok ? `${decided}${rang} · ${end}` : findings.join('; ')}
    </Text>
  );
}

interface DoneProps {
  readonly results: readonly TelephoneCall[];
  readonly summary: readonly TelephoneCall[];
  readonly rows: number;
}

function Done({ results, summary, rows }: DoneProps) {
  const most = rows - 3;
  return (
    <Box flexDirection="column">
      {results.length > most ? <Text dimColor>⋮ {results.length - most} before</Text> : null}
      {results.slice(-most).map((result) => (
        <Result key={result.call} result={result} />
      ))}
      <Text bold color={summary.every(({ ok }) => ok) ? 'green' : 'red'}>
        {summaryLine(summary)}
      </Text>
    </Box>
  );
}
