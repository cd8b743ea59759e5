import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { openBuilding } from './building.js';
import type { BuildingEvent } from './events.js';
import type { TelephoneCall } from './judge.js';
import { plannedCalls } from './plan.js';
import { whyNoCalls } from './why-no-calls.js';

/** `npm run demo:call`: real telephony on loopback, an office on the virtual air, and what rings when a call comes in. */

const TIME_LIMIT_MS = 5 * 60_000;
const FAILED = 1;
const UNAVAILABLE = 69;

const program = new Command('npm run demo:call --')
  .description('A call comes in: the desk phone rings, the app rings or stays quiet. Real SIP on loopback.')
  .option('--seed <n>', 'repeat this office and its channel', parseSeed, 1)
  .option('--call <name>', 'this call alone')
  .option('--json', 'one JSON object a call')
  .option('--messages', 'every SIP message as well, on standard error')
  .showHelpAfterError()
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { seed, call, json, messages } = program.opts<{
    readonly seed: number;
    readonly call?: string;
    readonly json?: boolean;
    readonly messages?: boolean;
  }>();
  const chosen = plannedCalls.filter((planned) => call === undefined || planned.call === call);
  if (chosen.length === 0) {
    process.stderr.write(`there is no call "${call}"; there are ${plannedCalls.map((one) => one.call).join(', ')}\n`);
    return 2;
  }
  const why = whyNoCalls();
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    return UNAVAILABLE;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('interrupted')));
  setTimeout(() => stop.abort(new Error('it took longer than five minutes')), TIME_LIMIT_MS).unref();
  const building = await openBuilding(seed, (event) => {
    if (messages && event.type === 'message') process.stderr.write(`${messageLine(event)}\n`);
  });
  const calls: TelephoneCall[] = [];
  const interrupted = aborted(stop.signal);
  interrupted.catch(() => {}); // Each call races with it.
  try {
    for (const planned of chosen) {
      for (const result of await Promise.race([building.call(planned), interrupted])) {
        calls.push(result);
        process.stdout.write(`${json ? jsonOf(result) : lineOf(result, planned.text)}\n`);
      }
    }
  } catch (error) {
    if (stop.signal.aborted && (stop.signal.reason as Error).message === 'interrupted') return 130;
    throw error;
  } finally {
    await building.close();
  }
  const wrong = calls.filter(({ ok }) => !ok).length;
  const doubled = calls.filter((one) => one.class === 'desk-pocket' && one.decision === 'ring').length;
  process.stderr.write(
    `${calls.length - wrong} of ${calls.length} calls as expected; double rings in a pocket: ${doubled}\n`,
  );
  return wrong === 0 ? 0 : FAILED;
}

function messageLine({ from, to, message }: Extract<BuildingEvent, { type: 'message' }>): string {
  return `${from.padEnd(6)} → ${to.padEnd(6)}  ${message.text.split('\r\n')[0]}`;
}

/** What was not as expected is told where something was not. */
function jsonOf({ findings, ...call }: TelephoneCall): string {
  return JSON.stringify(call.ok ? call : { ...call, findings });
}

function lineOf(call: TelephoneCall, text: string): string {
  const at = (ms: number | null): string => (ms === null ? '–' : `${Math.round(ms)} ms`);
  const { ok, decision, reason, deskAlertedAtMs, mobileAlertedAtMs, decidedAtMs, findings } = call;
  return [
    `${ok ? 'ok   ' : 'WRONG'} ${call.call}: ${text}`,
    `      desk alerts ${at(deskAlertedAtMs)}, app ${decision ?? 'undecided'} ${at(decidedAtMs)} (${reason ?? '–'}), app rings ${at(mobileAlertedAtMs)}`,
    ...findings.map((finding) => `      ${finding}`),
  ].join('\n');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(signal.reason);
    signal.addEventListener('abort', fail);
    if (signal.aborted) fail();
  });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new InvalidArgumentError('expected a whole number, 0 or more.');
  return seed;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`The calls could not be made: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
