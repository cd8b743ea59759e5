import { expect, it } from 'vitest';
import { adviceFor, cliErrorCodes, exitCodeFor } from './cli-error.js';

const exitCodes = [1, 2, 3, 65, 66, 69, 70, 73, 75, 77, 78, 130];

it('every code has advice that says what to try, and an exit code of the table', () => {
  expect(cliErrorCodes.length).toBeGreaterThan(0);
  for (const code of cliErrorCodes) {
    expect(adviceFor(code)).toMatch(/^Try: /);
    expect(exitCodes).toContain(exitCodeFor(code));
  }
});
