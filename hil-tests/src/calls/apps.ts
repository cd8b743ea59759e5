import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from '../rigs/child.js';
import { programs } from '../rigs/programs.js';
import { PUSH_PROVIDER } from './telephony/kamailio-config.js';

/** What an app tells, each with its instant. */
export type News = { readonly news: string; readonly call?: string; readonly unixMs: number } & {
  readonly decision?: { readonly decision: 'ring' | 'silence'; readonly reason: string };
  /** From where it speaks to the proxy. */
  readonly port?: number;
  /** Why it rings or is quiet. */
  readonly reason?: string;
  /** What it was told, where it was. */
  readonly deskPhone?: 'alerting' | 'not-alerting' | 'unknown';
  /** Why something is over, or failed. */
  readonly because?: string;
};

/** A softphone app as a process of its own. */
export interface App {
  readonly user: string;
  readonly child: Child;
  readonly news: News[];
}

export interface Apps {
  /** The app of an account: the one that runs, or a new one. One at a time has the second radio. */
  open(user: string): Promise<App>;
  close(): Promise<void>;
}

export interface AppSettings {
  readonly password: string;
  readonly host: string;
  /** TLS, and who signed for it (PEM). */
  readonly proxyPort: number;
  readonly ca: string;
  readonly pushPort: number;
}

const START_LIMIT_MS = 15_000;
const END_LIMIT_MS = 3000;

export function createApps(
  directory: string,
  phones: { radioOf(user: string): string; profile(user: string): unknown },
  { password, host, proxyPort, ca, pushPort }: AppSettings,
  onNews: (user: string, news: News) => void,
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
      const proxy = { host, port: proxyPort, ca };
      const push = { host, port: pushPort, provider: PUSH_PROVIDER };
      const settings = { radio, profile: phones.profile(user), user, password, proxy, push };
      await writeFile(file, JSON.stringify(settings), { mode: 0o600 });
      const news: News[] = [];
      const child = startChild({
        name: `the app of ${user}`,
        command: [programs.softphone, file],
        onMessage: (message) => {
          if ((message as News).news === 'trace') return;
          news.push(message as News);
          onNews(user, message as News);
        },
      });
      await child.expect((message): message is News => (message as News).news === 'asleep', START_LIMIT_MS);
      const app = { user, child, news };
      running.set(user, app);
      return app;
    },
    async close() {
      for (const app of [...running.values()]) await end(app);
    },
  };
}
