import type { PlannedTelephoneCall } from './plan.js';
import { type DeskPhone, type DeskPhoneOptions, startDeskPhone } from './telephony/desk-phone.js';
import { freePorts } from './telephony/free-ports.js';
import { startQuietDeskPhone } from './telephony/quiet-desk-phone.js';

/** The desk phones of the building: that of 1001 stands, those of others are there for their calls. */
export interface Desks {
  /** Brings up what a call needs: the phone that stands, or others in its place. */
  arrange(extension: string, state: PlannedTelephoneCall['desk']): Promise<void>;
  /** The first phone of the call lifts its receiver. */
  answer(): Promise<void>;
  /** From where the desk phones of the call send. */
  ports(): readonly number[];
  close(): Promise<void>;
}

interface Standing {
  readonly phone: DeskPhone;
  readonly port: number;
}

export function createDesks(shared: Pick<DeskPhoneOptions, 'password' | 'host' | 'proxyPort' | 'directory'>): Desks {
  let phones: readonly Standing[] = [];
  let isStanding = false;
  const start = async (extension: string, state: PlannedTelephoneCall['desk']): Promise<void> => {
    const [sipPort, controlPort] = (await freePorts(2)) as [number, number];
    const options = { ...shared, user: extension, sipPort };
    const phone =
      state === 'do-not-disturb'
        ? await startQuietDeskPhone(options)
        : await startDeskPhone({ ...options, controlPort, isDeclining: state === 'declines' });
    phones = [...phones, { phone, port: sipPort }];
  };
  const putAway = async (): Promise<void> => {
    await Promise.all(phones.map(({ phone }) => phone.close()));
    phones = [];
  };
  const bringUp: Desks['arrange'] = async (extension, state) => {
    const willStand = extension === '1001' && state === 'registered';
    if (willStand && isStanding) return;
    isStanding = false;
    await putAway();
    if (state === 'unregistered') return;
    await start(extension, state);
    // 1003 has a desk phone at the office and one at home.
    if (extension === '1003') await start(extension, state);
    isStanding = willStand;
  };
  let arranged: Promise<void> = Promise.resolve();
  return {
    arrange: (extension, state) => {
      arranged = bringUp(extension, state);
      return arranged;
    },
    answer: async () => phones[0]?.phone.answer(),
    ports: () => phones.map(({ port }) => port),
    async close() {
      await arranged.catch(() => {}); // Who is being started would outlive it.
      await putAway();
    },
  };
}
