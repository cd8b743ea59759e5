import { type Pose, poses } from '../../air/channel-parameters.js';
import { byId } from './elements.js';

/** What the form beside the plan says. */
export interface OfficeSettings {
  readonly pose: Pose;
  readonly hasForger: boolean;
  readonly hasOwnPower: boolean;
  readonly isBluetoothOn: boolean;
  readonly canWatch: boolean;
  readonly isAtOnce: boolean;
}

export function readSettings(): OfficeSettings {
  const isChecked = (id: string): boolean => byId(id, HTMLInputElement).checked;
  const chosen = byId('pose', HTMLSelectElement).value;
  return {
    pose: poses.find((pose) => pose === chosen) ?? 'hand',
    hasForger: isChecked('forger'),
    hasOwnPower: !isChecked('unplugged'),
    isBluetoothOn: !isChecked('bluetooth-off'),
    canWatch: isChecked('watch'),
    isAtOnce: isChecked('at-once'),
  };
}

/** The greatest seed that the field takes. */
export const MOST_SEED = 999_999;

/** @returns the number in the field; nothing while it holds none that can be used. */
export function readSeed(): number | undefined {
  const { value, valueAsNumber } = byId('seed', HTMLInputElement);
  const isUsable = value !== '' && Number.isInteger(valueAsNumber) && valueAsNumber >= 0 && valueAsNumber <= MOST_SEED;
  return isUsable ? valueAsNumber : undefined;
}
