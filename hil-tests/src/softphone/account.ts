import { Registerer, type RegistererRegisterOptions, type UserAgent } from 'sip.js';
import type { SoftphoneNews } from './news.js';
import type { StreamTransport } from './stream-transport.js';

/** An app's account at the proxy: registered for hours, connected only while it is awake. */
export interface Account {
  /** Connects where it is not, and registers, as after each push (RFC 8599 §4.1.2). @throws Error when the proxy refuses or is silent. */
  wake(): Promise<void>;
  stayAwake(): void;
  /** Nothing is left to do: its connection closes after a moment, where the proxy knows how to wake it again. */
  maySleep(): void;
  close(): Promise<void>;
}

const REGISTER_LIMIT_MS = 5000;
const SLEEP_AFTER_MS = 500;
const EXPIRES_S = 3600;

export function openAccount(agent: UserAgent, tell: (news: SoftphoneNews) => void): Account {
  const transport = (): StreamTransport => agent.transport as StreamTransport;
  const registerer = new Registerer(agent, { expires: EXPIRES_S });
  let isPushed = false;
  let waking: Promise<void> | undefined;
  let sleep: NodeJS.Timeout | undefined;

  const connectAndRegister = async (): Promise<void> => {
    if (!agent.isConnected()) await (agent.state === 'Started' ? agent.reconnect() : agent.start());
    const featureCaps = await answered((requestDelegate) => registerer.register({ requestDelegate }));
    isPushed = featureCaps.includes('+sip.pns=');
    tell({ news: 'registered', port: transport().localPort });
  };
  const account: Account = {
    wake() {
      account.stayAwake();
      waking ??= connectAndRegister().finally(() => {
        waking = undefined;
      });
      return waking;
    },
    stayAwake: () => clearTimeout(sleep),
    maySleep() {
      clearTimeout(sleep);
      if (!isPushed) return;
      sleep = setTimeout(() => {
        void transport().disconnect();
        tell({ news: 'asleep' });
      }, SLEEP_AFTER_MS);
    },
    async close() {
      clearTimeout(sleep);
      await waking?.catch(() => {});
      if (!agent.isConnected()) await agent.reconnect().catch(() => {});
      await answered((requestDelegate) => registerer.unregister({ requestDelegate })).catch(() => {});
    },
  };
  return account;
}

/** @returns the `Feature-Caps` of the answer, where it has any. */
function answered(
  send: (delegate: NonNullable<RegistererRegisterOptions['requestDelegate']>) => Promise<unknown>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the proxy does not answer')), REGISTER_LIMIT_MS);
    send({
      onAccept({ message }) {
        clearTimeout(timer);
        resolve(message.getHeader('feature-caps') ?? '');
      },
      onReject({ message }) {
        clearTimeout(timer);
        reject(new Error(`the proxy refuses: ${message.statusCode} ${message.reasonPhrase}`));
      },
    }).catch(reject);
  });
}
