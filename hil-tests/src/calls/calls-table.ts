import type { PlannedTelephoneCall } from './plan.js';

const expectations: Readonly<Record<PlannedTelephoneCall['expected'], string>> = {
  ring: 'rings',
  silence: 'stays quiet',
  either: 'either: in doubt it rings',
};

/** The calls of the demo as docs/calls.md has them. */
export function callsTable(calls: readonly PlannedTelephoneCall[]): string {
  const rows = calls.map(({ call, text, expected, second }) => {
    const other = second === undefined ? '' : `; the other ${expectations[second.expected]}`;
    return `| \`${call}\` | ${text} | ${expectations[expected]}${other} |`;
  });
  return ['| call | what happens | the app |', '|---|---|---|', ...rows].join('\n');
}
