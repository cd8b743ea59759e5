import { drawKeys } from '../office-keys.js';
import { beginWalk } from '../office-walk.js';
import { SAMPLE_SEED, sampleTrace } from '../samples.js';
import { byId } from './elements.js';
import { type OpenOffice, startOffice } from './office-part.js';
import { startTrace } from './trace-part.js';

/** The playground's page: an office to walk about in, and traces to look into. */

let sampleOffice: OpenOffice | undefined;

const trace = startTrace({
  onSample(name) {
    sampleOffice ??= openSampleOffice();
    const { keys, profile } = sampleOffice;
    return { text: sampleTrace(name, keys, profile), profile };
  },
});

startOffice({
  onOpened(office) {
    const isFirst = sampleOffice === undefined;
    if (office.seed === SAMPLE_SEED) sampleOffice = office;
    // Something to see before anybody has done anything.
    if (isFirst && sampleOffice !== undefined) {
      trace.open(sampleTrace('at-desk', office.keys, office.profile), 'Sample “At the desk”', office.profile);
    }
  },
  onLookInto(text, { profile }) {
    trace.open(text, 'The call of the office', profile);
    const title = byId('trace-title', HTMLElement);
    title.scrollIntoView();
    title.focus();
  },
});

function openSampleOffice(): OpenOffice {
  const keys = drawKeys(SAMPLE_SEED);
  return { seed: SAMPLE_SEED, keys, profile: beginWalk(SAMPLE_SEED, keys).finish() };
}
