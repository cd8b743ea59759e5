import { reasons } from '@deskbeacon/proximity-core';

/** AsyncStorage has this shape; so has whatever else keeps small texts in the app's own storage. */
export interface TextStore {
  getItem(name: string): Promise<string | null>;
  setItem(name: string, text: string): Promise<void>;
  removeItem(name: string): Promise<void>;
}

export interface NotedReason {
  readonly reason: string;
  /** In shadow mode: what the app would have done. */
  readonly isShadow?: true;
}

/**
 * Why the last calls rang or stayed quiet: codes, newest first, and nothing else. No time, no level, no caller, no desk. Off
 * until the user switches it on; switched off it is gone.
 */
export interface ReasonLog {
  isOn(): Promise<boolean>;
  switchTo(isOn: boolean): Promise<void>;
  /** Never throws and never waits: a call is not to be disturbed by what is only told about it. */
  note(reason: string, isShadow: boolean): void;
  list(): Promise<readonly NotedReason[]>;
}

export const MOST_REASONS = 20;
const NAME = 'deskbeacon.why';

export function openReasonLog(store: TextStore): ReasonLog {
  /** One change after the other, for each reads before it writes. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
  return {
    isOn: () => inTurn(async () => (await store.getItem(NAME)) !== null),
    switchTo: (isOn) =>
      inTurn(async () => {
        if (!isOn) await store.removeItem(NAME);
        else if ((await store.getItem(NAME)) === null) await store.setItem(NAME, '[]');
      }),
    note(reason, isShadow) {
      const noted: NotedReason = isShadow ? { reason, isShadow } : { reason };
      const added = async (): Promise<void> => {
        const text = await store.getItem(NAME);
        if (text !== null) await store.setItem(NAME, JSON.stringify([noted, ...read(text)].slice(0, MOST_REASONS)));
      };
      // A full or broken storage loses a line of the list; there is nobody to tell in the middle of a call.
      inTurn(added).catch(() => undefined);
    },
    list: () => inTurn(async () => read((await store.getItem(NAME)) ?? '[]')),
  };
}

/** One sentence a user can read. */
export function sentenceOf({ reason, isShadow }: NotedReason): string {
  const isQuiet = reason === 'at-own-desk';
  const verb = isShadow ? (isQuiet ? 'Would have stayed quiet' : 'Would have rung') : isQuiet ? 'Stayed quiet' : 'Rang';
  const known: Readonly<Record<string, string>> = reasons;
  return `${verb}: ${known[reason] ?? 'The app had a fault, and rang to be safe.'}`;
}

function read(text: string): readonly NotedReason[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((one) => typeof one?.reason === 'string').slice(0, MOST_REASONS) : [];
  } catch {
    return [];
  }
}
