import type { Command } from 'commander';
import { type Column, formatAgo, renderPlain, renderTable } from '../screens/table.js';
import type { ListedBeacon } from '../services/list-beacons.js';
import type { Terminal } from '../terminal.js';
import { numberIn, type RadioFlags, type RegistryFlags, sessionOf, withRadio, withRegistry } from './options.js';
import { printRecord, printRecords } from './output.js';

/** What only looks: `list`, `show`, `status`, `scan`. */
export function addLookCommands(program: Command, terminal: Terminal): void {
  withRegistry(program.command('list'))
    .description('all beacons, the stalest first')
    .action(async (flags: RegistryFlags) => {
      const [{ withSession }, { listBeacons }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/list-beacons.js'),
      ]);
      const listed = await withSession(sessionOf(flags, terminal), ({ registry }) => listBeacons(registry));
      const columns = beaconColumns(Date.now());
      await printRecords(terminal, flags, listed, {
        plain: (rows) => renderPlain(rows, columns),
        words: (rows) => renderTable(rows, columns, terminal.columns),
      });
      if (listed.length === 0 && !flags.json) terminal.say('There is no beacon yet: deskbeacon pair EXTENSION');
    });
  withRegistry(program.command('show'))
    .description('everything about a beacon, a desk or an extension')
    .argument('<id>')
    .action(async (id: string, flags: RegistryFlags) => {
      const [{ withSession }, { show }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/list-beacons.js'),
      ]);
      const shown = await withSession(sessionOf(flags, terminal), ({ registry }) => show(registry, id));
      await printRecord(terminal, flags, shown, describe(shown, Date.now()).join('\n'));
    });
  withRegistry(program.command('status'))
    .description('the building at a glance')
    .action(async (flags: RegistryFlags) => {
      const [{ withSession }, { readStatus }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/site-status.js'),
      ]);
      const status = await withSession(sessionOf(flags, terminal), ({ registry }) => readStatus(registry, Date.now()));
      const { beacons, leases, pairings } = status;
      const lines = [
        `${status.site}: ${status.desks} desks, ${status.anchors} anchors, ${status.extensions} extensions`,
        `beacons: ${Object.entries(beacons)
          .map(([lifecycle, count]) => `${count} ${lifecycle}`)
          .join(', ')}; ${status.stale} not heard for a week`,
        `calibration: ${status.uncalibrated} without, ${status.calibrationStale} stale`,
        `profiles: ${leases.open} out, ${leases.endingSoon} end within three days`,
        ...pairings.map(({ id, desk, step }) => `unfinished: ${step} ${id} at ${desk}; run the same command again`),
        ...(status.isRingAll ? ['RING-ALL is on: every phone rings for every call'] : []),
      ];
      await printRecord(terminal, flags, status, lines.join('\n'));
    });
  withRadio(program.command('scan'))
    .description('listen for the beacons of the site and say which are heard, which are not, and which cannot be')
    .option('--seconds <n>', 'how long to listen, 1 to 600', numberIn(1, 600), 10)
    .action((flags: RadioFlags & { readonly seconds: number }) => scan(terminal, flags));
}

function beaconColumns(nowMs: number): readonly Column<ListedBeacon>[] {
  return [
    { title: 'BEACON', text: ({ beacon }) => beacon },
    { title: 'DESK', text: ({ desk }) => desk },
    { title: 'EXTENSIONS', text: ({ extensions }) => extensions.join(', ') || 'anchor' },
    { title: 'STATE', text: ({ lifecycle }) => lifecycle },
    { title: 'HEARD', text: ({ lastHeardAtMs }) => formatAgo(lastHeardAtMs, nowMs) },
  ];
}

function describe(shown: import('../services/list-beacons.js').Shown, nowMs: number): readonly string[] {
  return [
    `${shown.kind} ${shown.id}`,
    ...Object.entries(shown.details).map(([name, value]) => `  ${name}: ${value}`),
    `  desks: ${shown.desks.join(', ') || 'none'}`,
    `  extensions: ${shown.extensions.join(', ') || 'none'}`,
    ...shown.beacons.map(
      ({ beacon, desk, lifecycle, lastHeardAtMs }) =>
        `  beacon ${beacon} at ${desk}: ${lifecycle}, heard ${formatAgo(lastHeardAtMs, nowMs)}${lastHeardAtMs === undefined ? '' : ' ago'}`,
    ),
    shown.calibration === undefined
      ? '  calibration: none'
      : `  calibration: ${formatAgo(shown.calibration.recordedAtMs, nowMs)} ago${shown.calibration.isStale ? ', stale' : ''}`,
    ...shown.leases.map(
      ({ id, untilMs, revokedAtMs }) =>
        `  profile ${id}: ${revokedAtMs === undefined ? (untilMs > nowMs ? 'out' : 'expired') : 'revoked'}, until ${new Date(untilMs).toISOString()}`,
    ),
  ];
}

async function scan(terminal: Terminal, flags: RadioFlags & { readonly seconds: number }): Promise<void> {
  const [{ withSession }, { scanSite }, { openListener }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/scan-site.js'),
    import('../services/pairing/listener.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    await session.ring();
    const listener = await openListener(flags.radio);
    try {
      terminal.say(`listening for ${flags.seconds} s …`);
      const found = await scanSite(session, listener, {
        forMs: flags.seconds * 1000,
        signal: terminal.signal,
        tell: () => {},
      });
      if (flags.json) return await terminal.print(JSON.stringify(found));
      const columns: readonly Column<(typeof found.heard)[number]>[] = [
        { title: 'BEACON', text: ({ beacon }) => beacon },
        { title: 'DESK', text: ({ desk }) => desk },
        { title: 'dBm', text: ({ medianDbm }) => String(medianDbm ?? '–') },
        { title: 'PACKETS', text: ({ packets }) => String(packets) },
        {
          title: 'IDENTITY',
          text: ({ isProven, isOutOfTime }) => (isOutOfTime ? 'of another time' : isProven ? 'proven' : 'recognised'),
        },
      ];
      const lines = flags.plain
        ? renderPlain(found.heard, columns)
        : renderTable(found.heard, columns, terminal.columns);
      if (lines.length > 0) await terminal.print(lines.join('\n'));
      terminal.say(`${found.heard.length} heard, ${found.silent.length} silent, ${found.unknown} frames of strangers`);
      if (found.silent.length > 0) terminal.say(`silent: ${found.silent.slice(0, 20).join(', ')}`);
    } finally {
      await listener.close();
    }
  });
}
