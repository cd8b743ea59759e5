import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';

interface PlaceFlags extends RegistryFlags {
  readonly name?: string;
  readonly floor?: string;
  readonly at?: readonly [number, number];
}

/** Places and people by hand: `desk add`, `anchor add`, `extension add`, `seat`. Many at once come by `import`. */
export function addPlaceCommands(program: Command, terminal: Terminal): void {
  for (const kind of ['desk', 'anchor'] as const) {
    const what = kind === 'desk' ? 'a place with a desk phone' : 'a place without one, whose beacon tells desks apart';
    withRegistry(program.command(kind).description(what).command('add'))
      .description(`add ${what}`)
      .argument('<id>', 'as lists show it, 1 to 64 characters')
      .option('--name <name>', 'for people')
      .option('--floor <floor>', 'as the plan calls it')
      .option('--at <x,y>', 'metres in the plan of the floor', parsePosition)
      .action(async (id: string, flags: PlaceFlags) => {
        const [{ withSession }, { addDesk }] = await Promise.all([
          import('../services/open-session.js'),
          import('../services/places/add-place.js'),
        ]);
        const { name, floor, at } = flags;
        const place = { id, isAnchor: kind === 'anchor', name: name ?? id, ...(floor && { floor }), ...(at && { at }) };
        await withSession(sessionOf(flags, terminal), (session) => addDesk(session, place));
        await terminal.print(flags.json ? JSON.stringify({ [kind]: id }) : `${kind} ${id} added.`);
      });
  }
  withRegistry(program.command('extension').description('who is called').command('add'))
    .description('add an extension by hand; directories bring many at once')
    .argument('<extension>', 'as dialled: leading zeros count')
    .requiredOption('--name <name>', 'whose it is')
    .option('--desk <desk>', 'where it rings')
    .action(async (extension: string, flags: RegistryFlags & { readonly name: string; readonly desk?: string }) => {
      const [{ withSession }, { addExtension }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/places/add-place.js'),
      ]);
      await withSession(sessionOf(flags, terminal), (session) =>
        addExtension(session, { extension, displayName: flags.name, ...(flags.desk && { desk: flags.desk }) }),
      );
      await terminal.print(flags.json ? JSON.stringify({ extension }) : `extension ${extension} added.`);
    });
}

function parsePosition(text: string): readonly [number, number] {
  const [x, y, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isIn = (value: number | undefined): value is number => value !== undefined && Math.abs(value) <= 100_000;
  if (!isIn(x) || !isIn(y) || rest.length > 0)
    throw new InvalidArgumentError('expected two numbers with a comma between, in metres');
  return [x, y];
}
