import { type Command, InvalidArgumentError } from 'commander';
import { type Column, renderPlain, renderTable } from '../screens/table.js';
import type { Session } from '../services/open-session.js';
import type { ListedDesk, ListedExtension } from '../services/places/list-places.js';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, requireConfirmed, sessionOf, withRegistry } from './options.js';
import { printRecord, printRecords } from './output.js';

interface PlaceFlags extends RegistryFlags {
  readonly name?: string;
  readonly floor?: string;
  readonly at?: readonly [number, number];
}

type ConfirmFlags = RegistryFlags & { readonly confirm?: string };

const kinds = {
  desk: 'a place with a desk phone',
  anchor: 'a place without one, whose beacon tells desks apart',
} as const;

/** Places and people by hand: `desk`, `anchor`, `extension`. Many at once come by `import`. */
export function addPlaceCommands(program: Command, terminal: Terminal): void {
  for (const kind of ['desk', 'anchor'] as const) addPlaceKind(program.command(kind), terminal, kind);
  const extensions = program.command('extension').description('who is called');
  addExtensionCommands(extensions, terminal);
  addSeatCommands(extensions, terminal);
}

function addPlaceKind(places: Command, terminal: Terminal, kind: keyof typeof kinds): void {
  places.description(kinds[kind]);
  withRegistry(places.command('add'))
    .description(`add ${kinds[kind]}`)
    .argument('<id>', 'as lists show it, 1 to 64 characters')
    .option('--name <name>', 'for people')
    .option('--floor <floor>', 'as the plan calls it')
    .option('--at <x,y>', 'metres in the plan of the floor', parsePosition)
    .action(async (id: string, flags: PlaceFlags) => {
      const { addDesk } = await import('../services/places/add-place.js');
      const { name, floor, at } = flags;
      const place = { id, isAnchor: kind === 'anchor', name: name ?? id, ...(floor && { floor }), ...(at && { at }) };
      await inSession(flags, terminal, (session) => addDesk(session, place));
      await printRecord(terminal, flags, { [kind]: id }, `${kind} ${id} added.`);
    });
  withRegistry(places.command('list'))
    .description(kind === 'desk' ? 'all desks: who rings there, its beacon, its calibration' : 'all anchors')
    .action(async (flags: RegistryFlags) => {
      const { listDesks } = await import('../services/places/list-places.js');
      const listed = await inSession(flags, terminal, ({ registry }) => listDesks(registry, kind === 'anchor'));
      await printRecords(terminal, flags, listed, {
        plain: (rows) => renderPlain(rows, deskColumns),
        words: (rows) => renderTable(rows, deskColumns, terminal.columns),
      });
      if (listed.length === 0) terminal.say(`There is none yet: deskbeacon ${kind} add ID`);
    });
  withRegistry(places.command('remove'))
    .description(`take ${kind === 'desk' ? 'a desk' : 'an anchor'} out, with its seats and calibrations`)
    .argument('<id>')
    .option('--confirm <id>', 'its name again')
    .action(async (id: string, flags: ConfirmFlags) => {
      requireConfirmed(id, flags.confirm);
      const { removeDesk } = await import('../services/places/remove-place.js');
      const removed = await inSession(flags, terminal, (session) => removeDesk(session, id, kind === 'anchor'));
      const { seats, calibrations, beacons } = removed;
      const words = `${kind} ${id} removed, and with it: ${seats} seats, ${calibrations} calibrations, ${beacons} retired beacons.`;
      await printRecord(terminal, flags, { [kind]: id, removed }, words);
    });
}

function addExtensionCommands(extensions: Command, terminal: Terminal): void {
  withRegistry(extensions.command('add'))
    .description('add an extension by hand; directories bring many at once')
    .argument('<extension>', 'as dialled: leading zeros count')
    .requiredOption('--name <name>', 'whose it is')
    .option('--desk <desk>', 'where it rings')
    .action(async (extension: string, flags: RegistryFlags & { readonly name: string; readonly desk?: string }) => {
      const { addExtension } = await import('../services/places/add-place.js');
      await inSession(flags, terminal, (session) =>
        addExtension(session, { extension, displayName: flags.name, ...(flags.desk && { desk: flags.desk }) }),
      );
      await printRecord(terminal, flags, { extension }, `extension ${extension} added.`);
    });
  withRegistry(extensions.command('list'))
    .description('all extensions and where they ring')
    .action(async (flags: RegistryFlags) => {
      const { listExtensions } = await import('../services/places/list-places.js');
      const listed = await inSession(flags, terminal, ({ registry }) => listExtensions(registry));
      await printRecords(terminal, flags, listed, {
        plain: (rows) => renderPlain(rows, extensionColumns),
        words: (rows) => renderTable(rows, extensionColumns, terminal.columns),
      });
      if (listed.length === 0) terminal.say('There is none yet: deskbeacon extension add, import or sync');
    });
  withRegistry(extensions.command('remove'))
    .description('take an extension out, with its seats and leases; what is on phones serves until its keys expire')
    .argument('<extension>')
    .option('--confirm <extension>', 'its number again')
    .action(async (extension: string, flags: ConfirmFlags) => {
      requireConfirmed(extension, flags.confirm);
      const { removeExtension } = await import('../services/places/remove-place.js');
      const removed = await inSession(flags, terminal, (session) => removeExtension(session, extension));
      await printRecord(terminal, flags, { extension, removed }, `extension ${extension} removed.`);
      if (removed.servesUntilMs !== undefined)
        terminal.say(
          `Its phones have keys until ${new Date(removed.servesUntilMs).toISOString()}; deskbeacon rotate-keys ends them now.`,
        );
    });
}

function addSeatCommands(extensions: Command, terminal: Terminal): void {
  const words = { seat: 'let an extension ring at one desk more', unseat: 'let it ring there no more' };
  for (const verb of ['seat', 'unseat'] as const)
    withRegistry(extensions.command(verb))
      .description(words[verb])
      .argument('<extension>')
      .argument('<desk>')
      .addHelpText('after', '\nIts phones learn of it with their next profile: deskbeacon profile export EXTENSION.\n')
      .action(async (extension: string, desk: string, flags: RegistryFlags) => {
        const { seatExtension, unseatExtension } = await import('../services/places/seat-extension.js');
        const change = verb === 'seat' ? seatExtension : unseatExtension;
        await inSession(flags, terminal, (session) => change(session, extension, desk));
        const rings = verb === 'seat' ? 'rings' : 'rings no more';
        const seated = { extension, desk, isSeated: verb === 'seat' };
        await printRecord(terminal, flags, seated, `${extension} ${rings} at ${desk}.`);
      });
}

const deskColumns: readonly Column<ListedDesk>[] = [
  { title: 'DESK', text: ({ desk }) => desk },
  { title: 'FLOOR', text: ({ floor }) => floor ?? '' },
  { title: 'EXTENSIONS', text: ({ extensions }) => extensions.join(', ') },
  { title: 'BEACON', text: ({ beacon }) => beacon ?? '' },
  { title: 'CALIBRATION', text: ({ calibration }) => calibration },
  { title: 'NAME', text: ({ name }) => name },
];

const extensionColumns: readonly Column<ListedExtension>[] = [
  { title: 'EXTENSION', text: ({ extension }) => extension },
  { title: 'DESKS', text: ({ desks }) => desks.join(', ') },
  { title: 'STATE', text: ({ isEnabled }) => (isEnabled ? 'open' : 'closed') },
  { title: 'SOURCE', text: ({ source }) => source },
  { title: 'NAME', text: ({ displayName }) => displayName },
];

async function inSession<T>(
  flags: RegistryFlags,
  terminal: Terminal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { withSession } = await import('../services/open-session.js');
  return withSession(sessionOf(flags, terminal), work);
}

function parsePosition(text: string): readonly [number, number] {
  const [x, y, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isIn = (value: number | undefined): value is number => value !== undefined && Math.abs(value) <= 100_000;
  if (!isIn(x) || !isIn(y) || rest.length > 0)
    throw new InvalidArgumentError('expected two numbers with a comma between, in metres');
  return [x, y];
}
