import { randomBytes } from 'node:crypto';
import { type Invitation, SessionState, URI, UserAgent } from 'sip.js';
import type { IncomingCall, OngoingCall } from '../phone/phone.js';
import { openAccount } from './account.js';
import type { SoftphoneNews } from './news.js';
import { openPushClient, type Push } from './push-client.js';
import { createPushes, type DeskPhone } from './pushes.js';
import { createSessionDescription } from './session-description.js';
import { type StreamOptions, StreamTransport } from './stream-transport.js';

/**
 * A softphone app without a screen. It sleeps until a push wakes it (RFC 8599), registers, answers the INVITE with 180 at once, and
 * lets the call reducer say whether anybody hears it. A leg that stays quiet stays at 180: it never sends a final response of its
 * own but 200, and 487 when the proxy takes the call back, for 480 or 486 would end it early and a 6xx every other phone's ringing
 * as well (RFC 3261 §16.7).
 */

export interface SoftphoneOptions {
  readonly user: string;
  readonly password: string;
  readonly proxy: StreamOptions;
  readonly push: { readonly host: string; readonly port: number; readonly provider: string };
  /** Begins a call; the host of the reducer. */
  readonly begin: (incoming: IncomingCall) => OngoingCall;
  readonly tell: (news: SoftphoneNews) => void;
}

export interface Softphone {
  /** The person takes the call. */
  answer(): Promise<void>;
  /** The person ends the ringing here, or the platform does: the leg stays at 180, for others ring on. */
  endHere(): void;
  /** What a softphone must never do: a final response for everybody. Here to show what it breaks. */
  declineForAll(): Promise<void>;
  close(): Promise<void>;
}

/** How long a call waits to be told of the desk phone; the proxy tells with the desk phone's first answer. */
const DESK_PHONE_LIMIT_MS = 400;

interface Leg {
  readonly call: string;
  readonly invitation: Invitation;
  ongoing?: OngoingCall;
  isOver: boolean;
}

/** @throws Error when the push service is not there or the proxy does not let it register. */
export async function openSoftphone(options: SoftphoneOptions): Promise<Softphone> {
  const { user, password, proxy, push, tell } = options;
  const token = randomBytes(16).toString('hex');
  const pushes = createPushes();
  /** One call at a time: a second one is the switch's to queue. */
  let leg: Leg | undefined;

  const agent = new UserAgent({
    uri: new URI('sip', user, proxy.host),
    authorizationUsername: user,
    authorizationPassword: password,
    transportConstructor: StreamTransport,
    transportOptions: proxy,
    hackViaTcp: proxy.ca === undefined,
    viaHost: proxy.host,
    contactParams: {
      transport: proxy.ca === undefined ? 'tcp' : 'tls',
      'pn-provider': push.provider,
      'pn-prid': token,
    },
    sessionDescriptionHandlerFactory: createSessionDescription,
    sendInitialProvisionalResponse: true,
    logBuiltinEnabled: false,
    delegate: {
      onInvite(invitation) {
        leg = takeLeg(invitation);
      },
    },
  });
  const account = openAccount(agent, tell);

  const takeLeg = (invitation: Invitation): Leg => {
    const call = invitation.request.callId;
    const mine: Leg = { call, invitation, isOver: false };
    account.stayAwake();
    tell({ news: 'invited', call });
    const finish = (because: string, ending: Parameters<OngoingCall['end']>[0]): void => {
      if (mine.isOver) return;
      mine.isOver = true;
      mine.ongoing?.end(ending);
      tell({ news: 'over', call, because });
      account.maySleep();
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
    const begin = (deskPhone: DeskPhone): void => {
      if (mine.isOver) return;
      tell({ news: 'told', call, deskPhone });
      mine.ongoing = options.begin({ call, deskPhone, ...(emergency ? { emergency } : {}) });
    };
    // An emergency centre is not kept waiting for what is known of a desk phone.
    if (emergency) begin('unknown');
    else void pushes.deskPhoneOf(call, DESK_PHONE_LIMIT_MS).then(begin);
    return mine;
  };

  const onPush = ({ call, deskPhone }: Push): void => {
    if (deskPhone === undefined) {
      tell({ news: 'woken', call });
      account.wake().catch((error: Error) => tell({ news: 'failed', because: error.message }));
      return;
    }
    pushes.add(call, deskPhone);
    if (leg?.call === call && leg.ongoing !== undefined) {
      tell({ news: 'told', call, deskPhone });
      leg.ongoing.told(deskPhone);
    }
  };
  const pushClient = await openPushClient({ ...push, token }, onPush);
  await account.wake();
  account.maySleep();

  return {
    async answer() {
      const mine = leg;
      if (mine === undefined || mine.isOver) return;
      await mine.invitation.accept();
      mine.ongoing?.end('this-phone');
    },
    endHere() {
      if (leg?.ongoing === undefined || leg.isOver) return;
      leg.ongoing.end('elsewhere');
      tell({ news: 'ended-here', call: leg.call });
    },
    async declineForAll() {
      await leg?.invitation.reject({ statusCode: 603 });
    },
    async close() {
      pushClient.close();
      await account.close();
      await agent.stop();
    },
  };
}
