import { Box, Text } from 'ink';
import type { CalibrateState } from './calibrate-state.js';
import {
  type CalibrateView,
  type StepView,
  type Tone,
  viewCalibration,
  viewWidths,
  wrapWords,
} from './calibrate-view.js';

const tones: Readonly<Record<Tone, string>> = { good: 'green', open: 'yellow', bad: 'red' };

/** Head, three places and a caption. With levels it is taller, and then less advice fits on 24 rows: the verdict must not scroll away. */
const FULL_PICTURE = 5;

/** The walk and its verdict, for 40 to 120 columns. Nothing is told by colour alone. */
export function CalibrateScreen({ state, columns }: { readonly state: CalibrateState; readonly columns: number }) {
  const view = viewCalibration(state, columns);
  const width = Math.min(Math.max(columns, viewWidths.least), viewWidths.most);
  return (
    <Box flexDirection="column" width={width}>
      <Text bold>{view.heading}</Text>
      {view.now.length === 0 ? null : (
        <Box flexDirection="column" marginTop={1}>
          {view.now.map((line) => (
            <Words key={line} text={line} width={width} color="cyan" />
          ))}
        </Box>
      )}
      <Walk view={view} width={width} />
      <Verdict view={view} width={width} />
      {view.faults.map((fault) => (
        <Words key={fault} text={fault} width={width} color="red" />
      ))}
      <Box marginTop={1}>
        <Words text={view.keys} width={width} color="gray" />
      </Box>
    </Box>
  );
}

interface Part {
  readonly view: CalibrateView;
  readonly width: number;
}

/** Ink would leave the space at which it breaks a line at the beginning of the next. */
function Words(props: {
  readonly text: string;
  readonly width: number;
  readonly color?: string;
  readonly isBold?: boolean;
}) {
  const { text, width, color = 'white', isBold = false } = props;
  return (
    <Text color={color} bold={isBold}>
      {wrapWords(text, width).join('\n')}
    </Text>
  );
}

function Walk({ view: { steps, strip, enough, advice, verdict }, width }: Part) {
  if (verdict !== undefined) return null;
  return (
    <>
      <Box flexDirection="column" marginTop={1}>
        {steps.map((step) => (
          <Step key={step.title} step={step} />
        ))}
      </Box>
      {enough === undefined || steps.length === 0 ? null : <Words text={enough} width={width} />}
      {strip === undefined ? null : (
        <Box flexDirection="column" marginTop={1}>
          <Text color="cyan">{`This desk   ${strip.own}`}</Text>
          <Text>{`The rest    ${strip.rest}`}</Text>
          <Words text={strip.words} width={width} />
        </Box>
      )}
      {advice.map((text) => (
        <Words key={text} text={text} width={width} color="yellow" />
      ))}
    </>
  );
}

function Step({ step: { isCurrent, isEnough, title, meter, count } }: { readonly step: StepView }) {
  return (
    <Text bold={isCurrent} color={isEnough ? 'green' : 'white'} wrap="truncate-end">
      {`${isCurrent ? '›' : isEnough ? '✓' : ' '} ${title.padEnd(17)} ${meter} ${count}`}
    </Text>
  );
}

function Verdict({ view: { verdict, picture, advice }, width }: Part) {
  if (verdict === undefined) return null;
  const [first = '', ...rest] = verdict.sentences;
  const shown = advice.slice(0, picture.length > FULL_PICTURE ? 1 : 2);
  return (
    <>
      <Box flexDirection="column" marginTop={1}>
        <Words text={first} width={width} color={tones[verdict.tone]} isBold />
        {rest.map((sentence) => (
          <Words key={sentence} text={sentence} width={width} />
        ))}
      </Box>
      {picture.length === 0 ? null : (
        <Box flexDirection="column" marginTop={1}>
          {picture.map(({ label, text, isWrong }) => (
            <Text key={label + text} color={isWrong ? 'yellow' : 'white'} wrap="truncate-end">
              {label}
              {text}
            </Text>
          ))}
        </Box>
      )}
      {advice.length === 0 ? null : (
        <Box flexDirection="column" marginTop={1}>
          {shown.map((text) => (
            <Words key={text} text={`→ ${text}`} width={width} />
          ))}
          {advice.length === shown.length ? null : (
            <Text>{`→ and ${advice.length - shown.length} more, told at the end`}</Text>
          )}
        </Box>
      )}
    </>
  );
}
