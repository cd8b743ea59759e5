import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every `@example` of these folders is run: an example that no longer holds misleads worse than none. */

const folders = ['../advertisement', '../identity', '../calibration', '../scanners'].map((folder) =>
  join(import.meta.dirname, folder),
);
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);
const scope: Record<string, unknown> = {};
for (const file of files) Object.assign(scope, await import(file));

const examples = files.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^ \* @example (.+) \/\/ (.+)$/gm)].map(([, call, result]) => ({
    call: call as string,
    result: result as string,
  })),
);

function evaluate(expression: string): unknown {
  return new Function(...Object.keys(scope), `return (${expression});`)(...Object.values(scope));
}

describe('the documentation of advertisement, identity, calibration and scanners', () => {
  it('has no example that is written so that nobody runs it', () => {
    const written = files.flatMap((file) => readFileSync(file, 'utf8').match(/@example/g) ?? []);
    expect(examples).toHaveLength(written.length);
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)('says truly that $call is $result', ({ call, result }) => {
    expect(evaluate(call)).toEqual(evaluate(result));
  });
});
