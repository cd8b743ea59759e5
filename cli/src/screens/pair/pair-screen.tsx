import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { MOST_NEARNESS, type NearBeacon, type PairState } from './pair-state.js';

/** @param columns width of the terminal. */
export function PairScreen({ state, columns }: { readonly state: PairState; readonly columns: number }): ReactElement {
  const current = state.steps.findIndex(({ isDone }) => !isDone);
  return (
    <Box flexDirection="column" width={columns}>
      <Text bold wrap="truncate-end">
        {state.title}
      </Text>
      {state.steps.map(({ text, isDone }, i) => (
        <Text key={text} dimColor={!isDone && i !== current} wrap="truncate-end">
          {isDone ? '✓' : i === current ? '›' : ' '} {text}
        </Text>
      ))}
      {state.isLooking ? <Near state={state} columns={columns} /> : null}
      {state.note === undefined ? null : (
        <Text color="yellow" wrap="truncate-end">
          {state.note}
        </Text>
      )}
    </Box>
  );
}

function Near({ state, columns }: { readonly state: PairState; readonly columns: number }): ReactElement {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text dimColor wrap="truncate-end">
        {state.near.length === 0
          ? 'No beacon waits to be paired here yet. Is its window open?'
          : 'Waiting here, the nearest first:'}
      </Text>
      {state.near.map((beacon) => (
        <Text key={beacon.tag} wrap="truncate-end">
          {lineOf(beacon, columns)}
        </Text>
      ))}
      {state.hidden > 0 ? <Text dimColor>and {state.hidden} more</Text> : null}
    </Box>
  );
}

/** A bar that grows as one walks towards it; in a narrow terminal it has half the length. */
function lineOf({ tag, nearness, isWanted }: NearBeacon, columns: number): string {
  const scale = columns >= 60 ? 2 : 1;
  const bar = '█'.repeat(nearness * scale) + '·'.repeat((MOST_NEARNESS - nearness) * scale);
  return `${tag.padEnd(8)} ${bar}${isWanted ? ' this label' : ''}`;
}
