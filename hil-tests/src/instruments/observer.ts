import type { Instrument } from './instrument.js';
import { type Listener, openListener } from './listener.js';

/** A controller of its own that hears what is on the air: a dongle that speaks H4 on a serial port, or any other radio. */
export interface Observer extends Instrument, Listener {
  readonly kind: 'observer';
}

/** @param radio as `--radio` takes it, e.g. `h4:/dev/ttyACM0`. @throws what `openListener` throws. */
export async function openObserver(radio: string): Promise<Observer> {
  return { kind: 'observer', identity: { address: radio }, ...(await openListener(radio)) };
}
