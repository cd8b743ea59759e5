import {
  createReplay,
  decodeProfile,
  decodeTraceLine,
  explain,
  finishReplay,
  type ReplayedCall,
  replayLine,
} from '@deskbeacon/proximity-core';

/** What the core makes of a trace in Node, from its sources: what the page has to come to as well. */
export function replayText(
  trace: string,
  profileText?: string,
): { readonly call: ReplayedCall; readonly text: string } {
  const decoded = profileText === undefined ? undefined : decodeProfile(JSON.parse(profileText));
  if (decoded?.ok === false) throw new Error(decoded.reason);
  let replay = createReplay(decoded === undefined ? {} : { profile: decoded.profile });
  for (const text of trace.trimEnd().split('\n')) {
    const line = decodeTraceLine(JSON.parse(text));
    if (!line.ok) throw new Error(line.reason);
    const next = replayLine(replay, line.line);
    if (!next.ok) throw new Error(next.reason);
    replay = next.replay;
  }
  const ended = finishReplay(replay);
  if (!ended.ok || ended.finished === undefined) throw new Error('the trace holds no call');
  return { call: ended.finished, text: explain(ended.finished) };
}
