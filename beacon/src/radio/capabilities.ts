import { createHciCommands, type HciCommands, HciRefusal } from './hci-commands.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';

/** What a controller says of itself, asked once after its reset. Absent: it does not say. */
export interface ControllerCapabilities {
  /** HCI_Version of §7.4.1 (Assigned Numbers §2.1): 6 is 4.0, 9 is 5.0. */
  readonly hciVersion?: number;
  /** LE feature bit 12 (Core Vol 6 Part B §4.6): several advertising sets, each with power and interval of its own. */
  readonly hasExtendedAdvertising: boolean;
  /** How many sets at once; 1 where there are no extended ones, or they are not to be used. */
  readonly advertisingSets: number;
  /** At the antenna, dBm, −127..20: what legacy advertising is sent with (§7.8.6). */
  readonly txPowerDbm?: number;
  /** The least and the most that can be asked for, dBm, on controllers of 5.1 and newer (§7.8.74). */
  readonly txPowerRangeDbm?: { readonly least: number; readonly most: number };
}

const VERSION_5_0 = 9;
const VERSION_5_1 = 10;
const EXTENDED_ADVERTISING_BIT = 12;
const MOST_TX_POWER_DBM = 20;
const LEAST_TX_POWER_DBM = -127;

/**
 * Non-connectable advertising may come every 20 ms since version 5.0. Before, 100 ms was its least (0x00a0 in §7.8.5 of
 * Core 4.2, for ADV_SCAN_IND and ADV_NONCONN_IND). A version that is not known is taken for an old one.
 */
export const LEAST_INTERVAL_MS = 20;
export const LEAST_INTERVAL_BEFORE_5_0_MS = 100;

/** @returns the shortest interval of non-connectable advertising, ms. */
export function leastIntervalMs({ hciVersion = 0 }: Pick<ControllerCapabilities, 'hciVersion'>): number {
  return hciVersion >= VERSION_5_0 ? LEAST_INTERVAL_MS : LEAST_INTERVAL_BEFORE_5_0_MS;
}

/** Some questions are themselves commands of the one or the other kind of advertising (§3.1.1), which a controller does not mix. */
export interface CapabilityQuestions {
  /** Extended commands are to be used, where there are any: the sets are counted, and the legacy power is not asked for. */
  readonly prefersExtended: boolean;
}

/**
 * Asks a controller what it can. A question that it refuses or does not know stays open.
 * @throws BeaconError `hci-timeout` and `radio-lost` as `HciCommands.issue`.
 */
export async function readCapabilities(
  link: HciLink,
  { prefersExtended }: CapabilityQuestions = { prefersExtended: false },
): Promise<ControllerCapabilities> {
  const commands = createHciCommands(link);
  try {
    const hciVersion = (await ask(commands, opcodes.readLocalVersionInformation))?.[0];
    const features = await ask(commands, opcodes.leReadLocalSupportedFeatures);
    const hasExtendedAdvertising = features !== undefined && hasBit(features, EXTENDED_ADVERTISING_BIT);
    const isExtended = prefersExtended && hasExtendedAdvertising;
    const sets = isExtended ? await ask(commands, opcodes.leReadNumberOfSupportedAdvertisingSets) : undefined;
    const power = isExtended ? undefined : await ask(commands, opcodes.leReadAdvertisingPhysicalChannelTxPower);
    const isNew = (hciVersion ?? 0) >= VERSION_5_1;
    const range = isExtended && isNew ? await ask(commands, opcodes.leReadTransmitPower) : undefined;
    const [txPowerDbm, least, most] = [dbmOf(power?.[0]), dbmOf(range?.[0]), dbmOf(range?.[1])];
    return {
      hasExtendedAdvertising,
      advertisingSets: Math.max(1, sets?.[0] ?? 1),
      ...(hciVersion === undefined ? {} : { hciVersion }),
      ...(txPowerDbm === undefined ? {} : { txPowerDbm }),
      ...(least === undefined || most === undefined ? {} : { txPowerRangeDbm: { least, most } }),
    };
  } finally {
    commands.close();
  }
}

async function ask(commands: HciCommands, opcode: number): Promise<Uint8Array | undefined> {
  try {
    return await commands.issue(opcode);
  } catch (error) {
    if (error instanceof HciRefusal) return undefined;
    throw error;
  }
}

function hasBit(octets: Uint8Array, bit: number): boolean {
  return (((octets[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

/** @returns the octet as a power, or nothing for one that is none: 127 stands for "not available". */
function dbmOf(octet: number | undefined): number | undefined {
  if (octet === undefined) return undefined;
  const dbm = octet > 127 ? octet - 256 : octet;
  return dbm >= LEAST_TX_POWER_DBM && dbm <= MOST_TX_POWER_DBM ? dbm : undefined;
}
