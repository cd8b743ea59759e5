import { createTextDevice, type SimulatedDevice } from './simulated-device.js';

type Switch = (channel: number, isOn: boolean) => void;

/** An LCUS board: octets that are no whole frame with a right sum move nothing, and nothing is ever answered. */
export function createLcusSimulator(onSwitch: Switch): SimulatedDevice {
  let octets: readonly number[] = [];
  return (chunk) => {
    octets = [...octets, ...chunk];
    while (octets.length >= 4) {
      const [start, channel, state, sum] = octets as [number, number, number, number];
      const isFrame = start === 0xa0 && state <= 1 && ((start + channel + state) & 0xff) === sum;
      if (isFrame) onSwitch(channel, state === 1);
      octets = octets.slice(isFrame ? 4 : 1);
    }
  };
}

/** A Numato board: it echoes, answers, and prompts. @param stuck a channel whose relay does not move. */
export function createNumatoSimulator(onSwitch: Switch, stuck?: number): SimulatedDevice {
  const on = new Set<number>();

  const answer = (command: string): string => {
    const [, verb, digit] = /^relay (on|off|read) (\d)$/.exec(command) ?? [];
    const channel = Number(digit);
    if (verb === 'read') return `${on.has(channel) ? 'on' : 'off'}\n\r`;
    if (verb === undefined || channel === stuck) return '';
    if (verb === 'on') on.add(channel);
    else on.delete(channel);
    onSwitch(channel, verb === 'on');
    return '';
  };
  return createTextDevice((command, say) => say(`${command}\n\r${answer(command)}>`));
}
