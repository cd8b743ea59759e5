import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../bin/deskbeacon.mjs', import.meta.url));

function run(
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', input });
}

const trace = [
  '{"deskbeacon":"trace","version":1,"call":"c-1","desks":["d-1"]}',
  '{"t":0,"event":"call"}',
  '{"t":3,"event":"scan-failed","reason":"bluetooth-off"}',
].join('\n');

describe('deskbeacon', () => {
  it('replays standard input, in words and as JSON', () => {
    const words = run(['replay', '-'], trace);
    expect(words).toMatchObject({ status: 0, stderr: '' });
    expect(words.stdout).toBe(
      'c-1: Rings after 0.00 s: Bluetooth is switched off (own desk not heard, no other desk heard, -1.0 nats for the desk of 2.6 needed, 27 % sure, 0 packets).\n',
    );
    const json = run(['replay', '-', '--json'], trace);
    expect(JSON.parse(json.stdout)).toMatchObject({
      call: 'c-1',
      decision: 'ring',
      reason: 'bluetooth-off',
      decidedAtMs: 3,
    });
  });

  it.each([
    [2, ['repaly'], 'Did you mean replay?'],
    [2, ['replay'], "missing required argument 'file'"],
    [2, ['replay', '--at', 'soon', '-'], 'milliseconds'],
    [66, ['replay', '/nowhere.trace.jsonl'], 'Try: check the path'],
    [65, ['replay', '-'], 'Try: compare the named line'],
  ])('ends with exit code %i and says what to do: %j', (status, args, said) => {
    const result = run(args, 'no trace');
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(said);
    expect(result.stdout).toBe('');
  });

  it('says its version and its commands', () => {
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    expect(run(['--help']).stdout).toContain('replay');
  });
});
