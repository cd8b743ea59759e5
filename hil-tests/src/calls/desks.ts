import type { PlannedTelephoneCall } from './plan.js';
import { type DeskPhone, type DeskPhoneOptions, startDeskPhone } from './telephony/desk-phone.js';
import { freePorts } from './telephony/free-ports.js';

/** The desk phones of the building: that of 1001 stands, those of others are there for their calls. */
export interface Desks {
  /** Brings up what a call needs. */
  arrange(extension: string, state: PlannedTelephoneCall['desk']): Promise<void>;
  /** Back to the phone that stands. */
  standing(): Promise<void>;
  /** The first phone of the call lifts its receiver. */
  answer(): Promise<void>;
  /** From where the desk phones of the call send. */
  ports(): readonly number[];
  close(): Promise<void>;
}

interface Standing {
  readonly extension: string;
  readonly phone: DeskPhone;
  readonly port: number;
}

export function createDesks(shared: Pick<DeskPhoneOptions, 'password' | 'host' | 'proxyPort' | 'directory'>): Desks {
  let phones: readonly Standing[] = [];
  const start = async (extension: string): Promise<void> => {
    const [sipPort, controlPort] = (await freePorts(2)) as [number, number];
    const phone = await startDeskPhone({ ...shared, user: extension, sipPort, controlPort });
    phones = [...phones, { extension, phone, port: sipPort }];
  };
  const close = async (): Promise<void> => {
    await Promise.all(phones.map(({ phone }) => phone.close()));
    phones = [];
  };
  const desks: Desks = {
    async arrange(extension, state) {
      if (extension === '1001' && state === 'registered') return;
      await close();
      if (state === 'unregistered') return;
      await start(extension);
      // 1003 has a desk phone at the office and one at home.
      if (extension === '1003') await start(extension);
    },
    async standing() {
      const [first, ...others] = phones;
      if (first?.extension === '1001' && others.length === 0) return;
      await close();
      await start('1001');
    },
    answer: async () => phones[0]?.phone.answer(),
    ports: () => phones.map(({ port }) => port),
    close,
  };
  return desks;
}
