import { drawKeys } from '../office-keys.js';
import { beginWalk } from '../office-walk.js';
import { SAMPLE_SEED, type SampleName, sampleTitles, sampleTrace } from '../samples.js';
import type { OpenOffice } from './call-runner.js';
import { byId } from './elements.js';
import { startOffice } from './office-part.js';
import { type OpenTrace, startTrace } from './trace-part.js';

/** The playground's page: an office to walk about in, and traces to look into. */

let sampleOffice: OpenOffice | undefined;
let isShowing = false;

const trace = startTrace((name) => {
  isShowing = true;
  return openSample(name, sampleOffice ?? openSampleOffice());
});

startOffice({
  onOpened(office) {
    if (office.seed !== SAMPLE_SEED) return;
    sampleOffice = office;
    // Something to see before anybody has done anything.
    if (!isShowing) trace.open(openSample('at-desk', office));
    isShowing = true;
  },
  onLookInto(text, { profile }) {
    trace.open({ text, source: 'The last call of the office', profile });
    const title = byId('trace-title', HTMLElement);
    title.scrollIntoView();
    title.focus();
  },
});

function openSample(name: SampleName, { keys, profile }: OpenOffice): OpenTrace {
  return { text: sampleTrace(name, keys, profile), source: `Sample “${sampleTitles[name]}”`, profile };
}

function openSampleOffice(): OpenOffice {
  const keys = drawKeys(SAMPLE_SEED);
  sampleOffice = { seed: SAMPLE_SEED, keys, profile: beginWalk(SAMPLE_SEED, keys).finish() };
  return sampleOffice;
}
