import { randomBytes } from 'node:crypto';
import type { SessionDescriptionHandler } from 'sip.js';

/**
 * The answer to an offer of sound (RFC 3264), and no sound: it says where it would be. An offer with SRTP (RFC 4568) is answered
 * with SRTP and a key of our own, never with less. This answers calls and makes none.
 */
export function createSessionDescription(): SessionDescriptionHandler {
  let offer = '';
  return {
    close: () => {},
    hasDescription: (type) => type === 'application/sdp',
    getDescription: async () => ({ body: answerTo(offer), contentType: 'application/sdp' }),
    setDescription: async (sdp) => {
      offer = sdp;
    },
    rollbackDescription: async () => {},
    sendDtmf: () => false,
  };
}

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
/** Its key and salt, octets (RFC 4568 §6.2). */
const KEY_OCTETS = 30;

/** @throws Error when the offer has no sound that it could take: then the call is refused, with 488. */
export function answerTo(offer: string): string {
  const [session = '', ...media] = offer.split(/^(?=m=)/m);
  void session;
  const wanted = media.findIndex((one) => /^m=audio [1-9]\d* RTP\/S?AVP .*\b0\b/.test(one));
  if (wanted < 0) throw new Error('nothing that it could hear is offered');
  const lines = media.flatMap((one, i) => (i === wanted ? acceptedMedia(one) : refusedMedia(one)));
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...lines, ''].join('\r\n');
}

function acceptedMedia(media: string): readonly string[] {
  const isSecure = /^m=audio \d+ RTP\/SAVP /.test(media);
  const answer = [`m=audio 40000 RTP/${isSecure ? 'SAVP' : 'AVP'} 0`, 'a=rtpmap:0 PCMU/8000'];
  if (!isSecure) return answer;
  const tag = new RegExp(`^a=crypto:(\\d+) ${SUITE} `, 'm').exec(media)?.[1];
  if (tag === undefined) throw new Error(`SRTP is offered without ${SUITE}`);
  return [...answer, `a=crypto:${tag} ${SUITE} inline:${randomBytes(KEY_OCTETS).toString('base64')}`];
}

/** A media line is refused by port 0 and keeps its place (RFC 3264 §6). */
function refusedMedia(media: string): readonly string[] {
  const [, kind, protocol, formats] = /^m=(\S+) \d+(?:\/\d+)? (\S+) ([^\r\n]*)/.exec(media) ?? [];
  return [`m=${kind} 0 ${protocol} ${formats}`];
}
