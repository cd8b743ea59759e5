import { describe, expect, it } from 'vitest';
import { isSpokenOf, readDifferenceTable } from './difference-table.js';

const page = `# A page

| another | table |
|---|---|
| a | b |

| program | command or event | ours | btvirt | why |
|---|---|---|---|---|
| daemon | Read BD_ADDR (0x1009) | status 0x00, \`xx 02\` | status 0x00, \`42 00\` | Nobody's. |

After it.
`;
const difference = { what: 'Read BD_ADDR (0x1009)', ours: 'status 0x00, a0 02', theirs: 'status 0x00, 42 00' };

describe('the table of differences', () => {
  it('is read row by row, without backticks, until it ends', () => {
    const why = "Nobody's.";
    const ours = 'status 0x00, xx 02';
    expect(readDifferenceTable(page)).toEqual([{ ...difference, ours, program: 'daemon', why }]);
  });

  it('speaks of a difference with any octet for xx, and of no other', () => {
    const [row] = readDifferenceTable(page);
    if (row === undefined) throw new Error('no row');
    expect(isSpokenOf(difference, row)).toBe(true);
    for (const change of [
      { what: 'Reset (0x0c03)' },
      { ours: 'status 0x00, a0 03' },
      { ours: 'status 0x00, no 02' },
      { ours: 'status 0x00, a0 a0 02' },
      { theirs: 'status 0x01, 42 00' },
    ])
      expect(isSpokenOf({ ...difference, ...change }, row)).toBe(false);
  });

  it('is refused when it is not there, or a row explains nothing', () => {
    expect(() => readDifferenceTable('# nothing')).toThrow('no table with the columns');
    expect(() => readDifferenceTable(page.replace("Nobody's.", ''))).toThrow('not five cells');
  });
});
