import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../rigs/child.js';
import { programs } from '../rigs/programs.js';

/** What an app tells, each with its instant. */
export type News = { readonly news: string; readonly call?: string; readonly unixMs: number } & {
  readonly decision?: { readonly decision: 'ring' | 'silence'; readonly reason: string };
  /** From where it speaks to the proxy. */
  readonly port?: number;
};

/** A softphone app as a process of its own. */
export interface App {
  readonly user: string;
  readonly child: Child;
  readonly news: News[];
  readonly port: number;
}

export interface Apps {
  /** The app of an account: the one that runs, or a new one. One at a time has the second radio. */
  open(user: string): Promise<App>;
  close(): Promise<void>;
}

export interface AppSettings {
  readonly password: string;
  readonly proxyPort: number;
}

const HOST = '127.0.0.1';
const START_LIMIT_MS = 15_000;
const END_LIMIT_MS = 3000;

export function createApps(
  directory: string,
  phones: { radioOf(user: string): string; profile(user: string): unknown },
  { password, proxyPort }: AppSettings,
  onNews: (news: News) => void,
): Apps {
  const running = new Map<string, App>();
  const end = async ({ user, child }: App): Promise<void> => {
    running.delete(user);
    child.process.stdin?.end();
    if (!(await child.hasEnded(END_LIMIT_MS))) await child.end('SIGTERM', END_LIMIT_MS);
  };
  return {
    async open(user) {
      const known = running.get(user);
      if (known !== undefined) return known;
      const radio = phones.radioOf(user);
      for (const app of [...running.values()]) if (phones.radioOf(app.user) === radio) await end(app);
      const file = join(directory, `app-${user}.json`);
      const proxy = { host: HOST, port: proxyPort };
      await writeFile(file, JSON.stringify({ radio, profile: phones.profile(user), user, password, proxy }), {
        mode: 0o600,
      });
      const news: News[] = [];
      const child = startChild({
        name: `the app of ${user}`,
        command: [programs.softphone, file],
        onMessage: (message) => {
          if ((message as News).news === 'trace') return;
          news.push(message as News);
          onNews(message as News);
        },
      });
      const { port } = await child.expect(
        (message): message is News & { readonly port: number } => (message as News).news === 'registered',
        START_LIMIT_MS,
      );
      const app = { user, child, news, port };
      running.set(user, app);
      return app;
    },
    async close() {
      for (const app of [...running.values()]) await end(app);
    },
  };
}
