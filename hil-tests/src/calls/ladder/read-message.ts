/** What a ladder needs of a SIP message (RFC 3261 §7). */
export interface ReadMessage {
  /** Of a request; absent in a response. */
  readonly method?: string;
  /** Of a response; absent in a request. */
  readonly status?: number;
  readonly callId: string;
  /** Of the topmost Via: one transaction on one hop (§8.1.1.7). */
  readonly branch: string;
  /** Of who was called (§8.2.6.2): tells the legs of one call apart. Empty where nobody has answered yet. */
  readonly toTag: string;
  readonly sequence: number;
  /** The method that a response answers; of a request its own. */
  readonly of: string;
}

/** @returns nothing for what does not begin as a SIP message does. */
export function readMessage(text: string): ReadMessage | undefined {
  const status = /^SIP\/2\.0 (\d{3}) /.exec(text)?.[1];
  const method = /^([A-Z]+) \S+ SIP\/2\.0\r?\n/.exec(text)?.[1];
  if (status === undefined && method === undefined) return undefined;
  const [sequence, of] = (headerOf(text, 'CSeq') ?? '').split(/\s+/);
  return {
    ...(method === undefined ? {} : { method }),
    ...(status === undefined ? {} : { status: Number(status) }),
    callId: headerOf(text, 'Call-ID') ?? '',
    branch: /;\s*branch=([^;,\s]+)/.exec(headerOf(text, 'Via') ?? '')?.[1] ?? '',
    toTag: /;\s*tag=([^;,\s]+)/.exec(headerOf(text, 'To') ?? '')?.[1] ?? '',
    sequence: Number(sequence ?? 0),
    of: of ?? method ?? '',
  };
}

/** @returns the first header of the name, without what folds it; nothing where there is none. */
export function headerOf(text: string, name: string): string | undefined {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim();
}

/** What follows the empty line. */
export function bodyOf(text: string): string {
  return text
    .split(/\r?\n\r?\n/)
    .slice(1)
    .join('\n\n');
}

/** @returns whether one message can only have come after another, whichever of them was reported first. */
export function isEffectOf(effect: ReadMessage, cause: ReadMessage): boolean {
  const isSameHop = effect.branch === cause.branch;
  if (cause.method !== undefined) return effect.status !== undefined && isSameHop && effect.of === cause.method;
  if (effect.method !== 'ACK' || cause.of !== 'INVITE' || effect.sequence !== cause.sequence) return false;
  // §17.1.1.3: a refusal is acknowledged hop by hop, in the same transaction; an answer end to end, in one of its own.
  return (cause.status ?? 0) >= 300 ? isSameHop : (cause.status ?? 0) >= 200 && effect.toTag === cause.toTag;
}
