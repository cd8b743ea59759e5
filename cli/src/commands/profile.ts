import type { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { numberIn, type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

/** `deskbeacon profile export|verify|key`, `revoke`: what phones carry. */
export function addProfileCommands(program: Command, terminal: Terminal): void {
  const profile = program.command('profile').description('what the phones of an extension carry');
  withRegistry(profile.command('export'))
    .description('hand out a profile: keys that expire, for the own desks alone; signed by the site')
    .argument('<extension>')
    .option('--days <n>', 'how long its keys serve, 1 to 30', numberIn(1, 30), 14)
    .option('--output <file>', 'write it here, for its owner alone; standard output where absent')
    .option('--unsigned', 'the profile itself, as deskbeacon replay --profile reads it')
    .action(async (extension: string, flags: ExportFlags) => exportOne(terminal, extension, flags));
  withRegistry(profile.command('verify'))
    .description('check a signed profile as a host does')
    .argument('<file>')
    .action(async (file: string, flags: RegistryFlags) => {
      const [{ withSession }, { verifyProfile }, { readText }, { siteOf }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/export-profile.js'),
        import('../services/files.js'),
        import('../services/pairing/pair-beacon.js'),
      ]);
      await withSession(sessionOf(flags, terminal), async ({ registry }) => {
        const { site, ownDesks } = verifyProfile(readText(file), (await siteOf(registry)).publicKey);
        await printRecord(terminal, flags, { site, ownDesks }, `signed by ${site}, for ${ownDesks.join(', ')}`);
      });
    });
  withRegistry(profile.command('key'))
    .description('the public key that hosts check profiles with, as a JWK')
    .action(async (flags: RegistryFlags) => {
      const [{ withSession }, { siteOf }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/pairing/pair-beacon.js'),
      ]);
      await withSession(sessionOf(flags, terminal), async ({ registry }) => {
        const { id, publicKey } = await siteOf(registry);
        const key = { ...(publicKey as object), kid: id, alg: 'ES256', use: 'sig' };
        await printRecord(terminal, flags, key, JSON.stringify(key));
      });
    });
  withRegistry(program.command('revoke'))
    .description('end the leases of an extension; what is on phones serves until its keys expire or are rotated')
    .argument('<extension>')
    .action(async (extension: string, flags: RegistryFlags) => {
      const [{ withSession }, { revokeLeases }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/export-profile.js'),
      ]);
      const result = await withSession(sessionOf(flags, terminal), (session) => revokeLeases(session, extension));
      await printRecord(terminal, flags, { extension, ...result }, `${extension}: ${result.revoked} leases revoked.`);
      if (result.untilMs !== undefined)
        terminal.say(
          `Keys that are out serve until ${new Date(result.untilMs).toISOString()}; deskbeacon rotate-keys ends them now.`,
        );
    });
}

interface ExportFlags extends RegistryFlags {
  readonly days: number;
  readonly output?: string;
  readonly unsigned?: boolean;
}

async function exportOne(terminal: Terminal, extension: string, flags: ExportFlags): Promise<void> {
  const [{ withSession }, { exportProfile }, { writeSecretFile }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/export-profile.js'),
    import('../services/files.js'),
  ]);
  const exported = await withSession(sessionOf(flags, terminal), (session) =>
    exportProfile(session, extension, flags.days),
  );
  const text = flags.unsigned ? JSON.stringify(exported.profile, null, 2) : exported.signed;
  if (flags.output === undefined) return terminal.print(text);
  writeSecretFile(flags.output, `${text}\n`);
  const { lease, untilMs } = exported;
  await printRecord(
    terminal,
    flags,
    { extension, lease, untilMs, file: flags.output },
    `${flags.output}: profile of ${extension}, until ${new Date(untilMs).toISOString()}`,
  );
}
