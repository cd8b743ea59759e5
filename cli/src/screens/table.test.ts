import { describe, expect, it } from 'vitest';
import { renderFields, renderPlain, renderTable } from './table.js';

describe('a record in fields', () => {
  it('has a line each, with dots to what is inside and commas in lists', () => {
    const record = {
      site: 'Head office',
      beacons: { deployed: 2 },
      desks: ['d-1', 'd-2'],
      none: [],
      leases: [{ id: 'l-1', untilMs: 5 }, { id: 'l-2' }],
      isRingAll: false,
      absent: undefined,
      nothing: null,
    };
    expect(renderFields(record)).toEqual([
      'site\tHead office',
      'beacons.deployed\t2',
      'desks\td-1,d-2',
      'none\t',
      'leases.0.id\tl-1',
      'leases.0.untilMs\t5',
      'leases.1.id\tl-2',
      'isRingAll\tfalse',
      'nothing\tnull',
    ]);
  });

  it('stays two cells a line, whatever a text holds', () => {
    const [line, ...rest] = renderFields({ name: 'a\tb\nc' });
    expect(rest).toEqual([]);
    expect(line).toBe('name\ta b c');
  });
});

describe('rows', () => {
  const columns = [
    { title: 'DESK', text: ({ desk }: { readonly desk: string }) => desk },
    { title: 'LONG', text: () => 'x'.repeat(30) },
  ];

  it.each([20, 40, 80, 200])('are no wider than %d columns', (width) => {
    for (const line of renderTable([{ desk: 'd-1' }, { desk: 'Zürich-12' }], columns, width))
      expect([...line].length).toBeLessThanOrEqual(width);
  });

  it('are whole where no width is given, with tabs between', () => {
    expect(renderPlain([{ desk: 'd\t1' }], columns)).toEqual([`d 1\t${'x'.repeat(30)}`]);
  });
});
