export type DeskPhone = 'alerting' | 'not-alerting' | 'unknown';

/** What pushes said of the desk phone, call by call, whether before the INVITE or after it. */
export interface Pushes {
  add(call: string, deskPhone: DeskPhone): void;
  /** @returns what is known, as soon as anything is; `unknown` after so long. */
  deskPhoneOf(call: string, limitMs: number): Promise<DeskPhone>;
}

/** Calls remembered; the oldest go first. */
const MOST = 32;

export function createPushes(): Pushes {
  const known = new Map<string, DeskPhone>();
  const waiting = new Map<string, (deskPhone: DeskPhone) => void>();
  return {
    add(call, deskPhone) {
      known.delete(call);
      known.set(call, deskPhone);
      const oldest = known.keys().next().value;
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      waiting.get(call)?.(deskPhone);
    },
    deskPhoneOf(call, limitMs) {
      const said = known.get(call);
      if (said !== undefined) return Promise.resolve(said);
      return new Promise((resolve) => {
        const settle = (deskPhone: DeskPhone): void => {
          clearTimeout(timer);
          waiting.delete(call);
          resolve(deskPhone);
        };
        const timer = setTimeout(() => settle('unknown'), limitMs);
        waiting.set(call, settle);
      });
    },
  };
}
