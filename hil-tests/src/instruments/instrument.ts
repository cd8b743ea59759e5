/** What every instrument of a bench has in common. */
export interface Instrument {
  readonly kind: 'attenuator' | 'relay' | 'power-meter' | 'observer';
  readonly identity: InstrumentIdentity;
  /** Releases the port. Calling it again does nothing. */
  close(): Promise<void>;
}

/** What an instrument says of itself; a board that cannot speak says nothing but where it is. */
export interface InstrumentIdentity {
  /** The path or radio string it was opened by. */
  readonly address: string;
  readonly model?: string;
  readonly serialNumber?: string;
}
