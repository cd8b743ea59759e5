import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server of the test's own: Debian's, on a socket in a directory that goes with it. */
export interface PostgresServer {
  /** A connection string to a database of that name, made now. */
  database(name: string): string;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 20_000;

/** @returns where the server's programs are, or `undefined` where it is not installed. */
export function findPostgres(): string | undefined {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  const newest = readdirSync(versions)
    .filter((version) => existsSync(join(versions, version, 'bin', 'initdb')))
    .sort((a, b) => Number(a) - Number(b))
    .at(-1);
  return newest === undefined ? undefined : join(versions, newest, 'bin');
}

/** The server refuses to run as root; its package has made a user for it. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgres(programs: string): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-pg-'));
  const user = serverUser();
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const asUser = { ...user, cwd: directory, encoding: 'utf8', stdio: 'pipe' } as const;
  execFileSync(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'admin', '--no-sync'], asUser);
  const options = ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const server = spawn(join(programs, 'postgres'), options, { ...user, cwd: directory, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await untilListening(join(directory, '.s.PGSQL.5432'));
  return {
    database(name) {
      execFileSync(join(programs, 'createdb'), ['-h', directory, '-U', 'admin', name], asUser);
      return `postgresql://admin@/${name}?host=${encodeURIComponent(directory)}`;
    },
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilListening(path: string): Promise<void> {
  const lastMs = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(path, () => {
        socket.end();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isUp) return;
    if (Date.now() > lastMs) throw new Error('PostgreSQL did not come up');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
