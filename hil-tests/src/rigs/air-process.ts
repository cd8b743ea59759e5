import { type Child, startChild } from './child.js';
import { programs } from './programs.js';

/** The virtual air as a process of its own. */
export interface AirProcess {
  /** Gives one order (see `deskbeacon-air --help`) and waits until it is carried out. */
  order(order: { readonly do: string } & Record<string, unknown>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 15_000;
const ORDER_LIMIT_MS = 5_000;
const END_LIMIT_MS = 3_000;

export async function startAir(seed: number): Promise<AirProcess> {
  const air: Child = startChild({ name: 'the virtual air', command: [programs.air, '--seed', String(seed)] });
  await air.expect((message): message is object => (message as { done?: string }).done === 'start', START_LIMIT_MS);
  let tag = 0;
  return {
    async order(order) {
      tag += 1;
      const own = tag;
      const answer = air.expect((message): message is Answer => (message as Answer).tag === own, ORDER_LIMIT_MS);
      air.tell({ ...order, tag: own });
      const { ok, error, ...rest } = await answer;
      if (!ok) throw new Error(`the virtual air refused "${order.do}": ${error ?? 'no reason given'}`);
      return rest;
    },
    stop: () => air.end('SIGTERM', END_LIMIT_MS),
  };
}

type Answer = { readonly ok: boolean; readonly error?: string; readonly tag?: unknown };
