import {
  type Invitation,
  type Message,
  Registerer,
  RegistererState,
  type SessionDescriptionHandler,
  SessionState,
  URI,
  UserAgent,
} from 'sip.js';
import type { IncomingCall, OngoingCall } from '../phone/phone.js';
import { type StreamOptions, StreamTransport } from './stream-transport.js';

/**
 * A softphone app without a screen: it is registered, answers an INVITE with 180 at once, and lets the call reducer say whether
 * anybody hears it. A leg that stays quiet stays at 180: it never sends a final response of its own but 200, and 487 when the
 * proxy takes the call back, for 480 or 486 would end it early and a 6xx every other phone's ringing as well (RFC 3261 §16.7).
 */

export interface SoftphoneOptions {
  readonly user: string;
  readonly password: string;
  readonly proxy: StreamOptions;
  /** Begins a call; the host of the reducer. */
  readonly begin: (incoming: IncomingCall) => OngoingCall;
  readonly tell: (news: SoftphoneNews) => void;
}

export type SoftphoneNews =
  | { readonly news: 'registered'; readonly port: number }
  | { readonly news: 'invited'; readonly call: string }
  | { readonly news: 'woken'; readonly call: string; readonly deskPhone: DeskPhone }
  | { readonly news: 'over'; readonly call: string; readonly because: string };

export type DeskPhone = 'alerting' | 'not-alerting' | 'unknown';

export interface Softphone {
  /** The person takes the call. */
  answer(): Promise<void>;
  close(): Promise<void>;
}

/** How long a call waits to be told of the desk phone; the proxy tells with the desk phone's first answer. */
const DESK_PHONE_LIMIT_MS = 400;
const REGISTER_LIMIT_MS = 5000;
const PUSH_TYPE = 'application/vnd.deskbeacon.push+json';
const MOST_PUSHES = 32;

interface Leg {
  readonly call: string;
  readonly invitation: Invitation;
  ongoing?: OngoingCall;
  isOver: boolean;
}

/** @throws Error when the proxy does not let it register. */
export async function openSoftphone(options: SoftphoneOptions): Promise<Softphone> {
  const { user, password, proxy, tell } = options;
  const pushes = new Map<string, DeskPhone>();
  const waiting = new Map<string, (deskPhone: DeskPhone) => void>();
  let leg: Leg | undefined;

  const onPush = async (message: Message): Promise<void> => {
    await message.accept();
    const push = decodePush(message.request.getHeader('content-type'), message.request.body);
    if (push === undefined) return;
    pushes.set(push.call, push.deskPhone);
    const oldest = pushes.keys().next().value;
    if (pushes.size > MOST_PUSHES && oldest !== undefined) pushes.delete(oldest);
    waiting.get(push.call)?.(push.deskPhone);
    if (leg?.call === push.call) leg.ongoing?.told(push.deskPhone);
  };
  const pushOf = (call: string): Promise<DeskPhone> => {
    const known = pushes.get(call);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiting.get(call)?.('unknown'), DESK_PHONE_LIMIT_MS);
      waiting.set(call, (deskPhone) => {
        clearTimeout(timer);
        waiting.delete(call);
        resolve(deskPhone);
      });
    });
  };

  const onInvite = async (invitation: Invitation): Promise<void> => {
    const call = invitation.request.callId;
    // One call at a time: a second one is the switch's to queue.
    const mine: Leg = { call, invitation, isOver: false };
    leg = mine;
    tell({ news: 'invited', call });
    const finish = (because: string, ending: Parameters<OngoingCall['end']>[0]): void => {
      if (mine.isOver) return;
      mine.isOver = true;
      mine.ongoing?.end(ending);
      tell({ news: 'over', call, because });
    };
    invitation.delegate = {
      onCancel: ({ request }) => {
        const isElsewhere = /cause=200\b/.test(request.getHeader('reason') ?? '');
        finish(isElsewhere ? 'answered-elsewhere' : 'cancelled', isElsewhere ? 'desk' : 'hung-up');
      },
    };
    invitation.stateChange.addListener((state) => {
      if (state === SessionState.Terminated) finish('terminated', 'hung-up');
    });
    const emergency = invitation.request.getHeader('priority')?.trim().toLowerCase() === 'psap-callback';
    const deskPhone = emergency ? 'unknown' : await pushOf(call);
    tell({ news: 'woken', call, deskPhone });
    if (!mine.isOver) mine.ongoing = options.begin({ call, deskPhone, ...(emergency ? { emergency } : {}) });
  };

  const agent = new UserAgent({
    uri: new URI('sip', user, proxy.host),
    authorizationUsername: user,
    authorizationPassword: password,
    transportConstructor: StreamTransport,
    transportOptions: proxy,
    hackViaTcp: proxy.ca === undefined,
    viaHost: proxy.host,
    contactParams: { transport: proxy.ca === undefined ? 'tcp' : 'tls' },
    sessionDescriptionHandlerFactory: createSessionDescription,
    sendInitialProvisionalResponse: true,
    logBuiltinEnabled: false,
    delegate: {
      onInvite: (invitation) => void onInvite(invitation),
      onMessage: (message) => void onPush(message),
    },
  });
  await agent.start();
  const registerer = new Registerer(agent, { expires: 120 });
  await registered(registerer);
  tell({ news: 'registered', port: (agent.transport as StreamTransport).localPort });

  return {
    async answer() {
      const mine = leg;
      if (mine === undefined || mine.isOver) return;
      await mine.invitation.accept();
      mine.ongoing?.end('this-phone');
    },
    async close() {
      await registerer.unregister().catch(() => {});
      await agent.stop();
    },
  };
}

function registered(registerer: Registerer): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the proxy did not register it')), REGISTER_LIMIT_MS);
    registerer.stateChange.addListener((state) => {
      if (state !== RegistererState.Registered) return;
      clearTimeout(timer);
      resolve();
    });
    registerer.register().catch(reject);
  });
}

/** @returns nothing for a message that is no push of ours. */
function decodePush(
  type: string | undefined,
  body: string,
): { readonly call: string; readonly deskPhone: DeskPhone } | undefined {
  if (type?.toLowerCase() !== PUSH_TYPE) return undefined;
  try {
    const { call, deskPhone } = JSON.parse(body) as { readonly call?: unknown; readonly deskPhone?: unknown };
    const isKnown = deskPhone === 'alerting' || deskPhone === 'not-alerting';
    return typeof call === 'string' && isKnown ? { call, deskPhone } : undefined;
  } catch {
    return undefined;
  }
}

/** No sound is carried here; the description says where it would be. */
function createSessionDescription(): SessionDescriptionHandler {
  const body = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 40000 RTP/AVP 0',
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n');
  return {
    close: () => {},
    hasDescription: (type) => type === 'application/sdp',
    getDescription: async () => ({ body, contentType: 'application/sdp' }),
    setDescription: async () => {},
    rollbackDescription: async () => {},
    sendDtmf: () => false,
  };
}
