import { bodyOf, headerOf, type ReadMessage } from './read-message.js';
import type { Lane, Tone } from './row.js';

/** What one message says to somebody who does not read SIP. */
export interface Explained {
  readonly label: string;
  readonly means: string;
  readonly tone: Tone;
  readonly isMinor: boolean;
}

interface Hop {
  readonly from: Lane;
  readonly to: Lane;
  readonly isPush: boolean;
}

export function explainMessage(message: ReadMessage, text: string, hop: Hop): Explained {
  const {
    label,
    means = '',
    tone = 'plain',
    isMinor = false,
  } = message.method === undefined ? explainResponse(message, hop) : explainRequest(message.method, text, hop);
  return { label, means, tone, isMinor };
}

type Words = Pick<Explained, 'label'> & Partial<Explained>;

function explainRequest(method: string, text: string, { from, to, isPush }: Hop): Words {
  if (isPush) return { label: 'MESSAGE', ...pushed(bodyOf(text)) };
  if (method === 'INVITE' && from === 'caller') {
    if (headerOf(text, 'Proxy-Authorization') === undefined) return { label: method, isMinor: true };
    const isEmergency = headerOf(text, 'Priority')?.toLowerCase() === 'psap-callback';
    return { label: method, means: isEmergency ? 'an emergency centre calls back' : 'a call comes in' };
  }
  if (method === 'REGISTER') return { label: method, means: 'awake, it joins the call' };
  if (method === 'CANCEL' && from === 'caller') return { label: method, means: 'the caller hangs up', tone: 'end' };
  if (method === 'CANCEL' && /cause=200\b/.test(headerOf(text, 'Reason') ?? ''))
    return { label: method, means: 'answered elsewhere', tone: 'end' };
  if (method === 'CANCEL' && to !== 'proxy') return { label: method, means: 'taken back', tone: 'end' };
  if (method === 'BYE' && to === 'proxy') return { label: method, means: 'the call ends', tone: 'end' };
  return { label: method, isMinor: method === 'ACK' };
}

function pushed(body: string): Omit<Words, 'label'> {
  const state = /"deskPhone"\s*:\s*"([a-z-]+)"/.exec(body)?.[1];
  if (state === undefined) return { means: 'push: wake up' };
  return state === 'alerting' ? { means: 'push: desk phone alerting' } : { means: 'push: desk phone not alerting' };
}

function explainResponse({ status = 0, of }: ReadMessage, { from, to }: Hop): Words {
  const label = of === 'INVITE' ? String(status) : `${status} ${of}`;
  if (status === 407 && to === 'caller') return { label, means: 'who are you?', isMinor: true };
  if (of !== 'INVITE' || status === 100 || status === 401 || status === 407) return { label, isMinor: true };
  if (status < 200) return { label, ...provisional(from) };
  const by = from === 'desk' ? 'at the desk' : from === 'proxy' ? undefined : 'on the mobile';
  if (by === undefined || status === 487) return { label };
  if (status < 300) return { label, means: `answered ${by}`, tone: 'end' };
  if (status < 600) return { label, means: `refused ${by}`, tone: 'end' };
  return { label, means: from === 'desk' ? 'declined at the desk' : 'declined for everybody', tone: 'end' };
}

function provisional(from: Lane): Omit<Words, 'label'> {
  if (from === 'desk') return { means: 'the desk phone rings', tone: 'ring' };
  return from === 'proxy' ? { means: 'the caller hears it ring' } : { means: 'its leg waits at 180' };
}
