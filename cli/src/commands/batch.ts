import { statSync } from 'node:fs';
import { CliError } from '../errors/cli-error.js';
import type { Terminal } from '../terminal.js';
import { sessionOf } from './options.js';
import { createTeller, type PairFlags, settingsOf } from './pair-progress.js';

/** `deskbeacon pair --batch`: a plan of desks, the codes of their beacons, and somebody who walks past them. */
export async function pairPlan(terminal: Terminal, planFile: string, flags: PairFlags): Promise<void> {
  const [{ withSession }, { pairBatch }, { openListener }, { readPlan }, { readCodes, readSeedCodes }] =
    await Promise.all([
      import('../services/open-session.js'),
      import('../services/pairing/pair-batch.js'),
      import('../services/pairing/listener.js'),
      import('../services/labels/plan-file.js'),
      import('../services/labels/codes-file.js'),
    ]);
  if (flags.codes === undefined)
    throw new CliError('bad-usage', '--batch needs --codes: a desk, a tab and a code a line');
  const { rows } = await readPlan(planFile);
  const isFolder = flags.codes !== '-' && statSync(flags.codes, { throwIfNoEntry: false })?.isDirectory() === true;
  const read = isFolder ? readSeedCodes(flags.codes) : readCodes(flags.codes);
  const codes = new Map(read.map(({ name, setupCode }) => [name, setupCode]));
  const batch = rows.flatMap(({ desk, extension }) => {
    const setupCode = codes.get(desk);
    return setupCode === undefined ? [] : [{ desk, setupCode, ...(extension === undefined ? {} : { extension }) }];
  });
  if (batch.length < rows.length)
    terminal.say(`${rows.length - batch.length} desks of the plan have no code and are left out`);
  const results = await withSession(sessionOf(flags, terminal), async (session) => {
    await session.ring();
    const deployed = await session.registry.read((reading) => reading.list('beacons', { lifecycle: 'deployed' }));
    const left = batch.filter(({ desk }) => !deployed.some((beacon) => beacon.desk === desk));
    terminal.say(`${left.length} of ${batch.length} are left; walk past them`);
    const listener = await openListener(flags.radio);
    const tell = createTeller(terminal);
    let told: string | undefined;
    try {
      return await pairBatch(
        session,
        listener,
        left,
        {
          settings: settingsOf(flags),
          leastDbm: flags.nearest,
          waitMs: flags.wait * 1000,
          signal: terminal.signal,
        },
        (desk, progress) => {
          if (desk !== told) terminal.say(`${desk}:`);
          told = desk;
          tell(progress);
        },
      );
    } finally {
      await listener.close();
    }
  });
  for (const { desk, paired, failure } of results) {
    const told = paired ?? { desk, failed: failure?.code, message: failure?.message };
    await terminal.print(
      flags.json
        ? JSON.stringify(told)
        : (paired && `${desk}\t${paired.beacon}`) || `${desk}\tFAILED\t${failure?.message}`,
    );
  }
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0)
    throw new CliError('findings', `${failed} of ${results.length} were not paired: run it again for them`);
}
