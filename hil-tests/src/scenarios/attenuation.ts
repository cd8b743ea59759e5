import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSweep } from '../evidence/sweep-plot.js';
import { fitSweep, planSteps, sweepAttenuation } from '../instruments/sweep.js';
import { fromBeacons } from './on-air.js';
import { claim, type Scenario } from './scenario.js';

const USUAL_K = 9;
const STEP_DB = 5;
const LISTEN_MS = 1_500;
/** Of the level for each dB of attenuation. */
const SLOPE_TOLERANCE = 0.05;
const WORST_DB = 1;

export const attenuation: Scenario = {
  id: 'attenuation',
  claim:
    'Each dB of attenuation takes one dB of the level that the phone hears, within 1 dB, until it hears nothing while an observer hears the beacon go on.',
  needs: ['intervals', 'attenuator', 'observer'],
  async run(session) {
    const { attenuator, observer } = session.rig;
    if (attenuator === undefined || observer === undefined) throw new Error('this rig lacks what it says it has');
    await session.startDaemon(USUAL_K);
    const points = await sweepAttenuation({
      attenuator,
      attenuationsDb: planSteps(0, attenuator.maxDb, STEP_DB),
      readLevels: async () => fromBeacons(await session.listen(LISTEN_MS)).map(({ rssiDbm }) => rssiDbm),
    });
    await writeFile(join(session.evidence, 'sweep.json'), `${JSON.stringify(points, null, 2)}\n`);
    await writeFile(join(session.evidence, 'sweep.svg'), renderSweep(points, 'Level heard by the phone'));
    const fit = fitSweep(points);
    if (fit === undefined) throw new Error('fewer than two attenuations at which the beacon was heard');
    const { slope, worstDb } = fit;
    claim(Math.abs(slope + 1) <= SLOPE_TOLERANCE, `a dB of attenuation took ${(-slope).toFixed(2)} dB of the level`);
    claim(worstDb <= WORST_DB, `one attenuation is ${worstDb.toFixed(1)} dB off the line`);
    const last = points.at(-1);
    claim(last?.heard === 0, `at ${last?.attenuationDb} dB the phone still heard ${last?.heard} packets`);
    const observed = fromBeacons(await observer.listen(LISTEN_MS)).length;
    claim(observed > 0, 'the observer heard nothing either: the beacon was gone, not attenuated');
  },
  saboteur: {
    what: "the phone's controller reports one level for all packets",
    sabotage: 'level-frozen',
    says: /a dB of attenuation took -?0\.00 dB/,
  },
};
