import { createTextDevice, type SimulatedDevice } from './simulated-device.js';

export interface AttenuatorSimulatorOptions {
  readonly model?: string;
  readonly maxDb?: number;
  readonly stepDb?: number;
  /** Firmware that writes `MN=` and `SN=` before the names. */
  readonly namesFields?: boolean;
  /** Puts the attenuation into a path. */
  readonly onSet?: (attenuationDb: number) => void;
}

/** Speaks as a RUDAT: see the table of attenuator.ts. It begins at its greatest attenuation. */
export function createAttenuatorSimulator(options: AttenuatorSimulatorOptions = {}): SimulatedDevice {
  const { model = 'RUDAT-6000-90', maxDb = 90, stepDb = 0.25, namesFields = false, onSet } = options;
  let attenuationDb = maxDb;

  const answer = (command: string): string => {
    if (command === ':MN?') return `${namesFields ? 'MN=' : ''}${model}`;
    if (command === ':SN?') return `${namesFields ? 'SN=' : ''}11400000000`;
    if (command === ':ATT?') return String(attenuationDb);
    const [, wanted] = /^:SETATT=(\d+(?:\.\d+)?)$/.exec(command) ?? [];
    if (wanted === undefined) return command.startsWith(':SETATT=') ? '0' : '-99 Unrecognized Command';
    attenuationDb = Math.min(maxDb, Math.round(Number(wanted) / stepDb) * stepDb);
    onSet?.(attenuationDb);
    return Number(wanted) > maxDb ? '2' : '1';
  };
  return createTextDevice((command, say) => {
    if (command !== '') say(`${answer(command)}\r\n`);
  });
}
