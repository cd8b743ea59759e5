/**
 * Commands and status octets that this package writes or explains.
 * Sections are of Bluetooth Core 5.4, Vol 4 Part E; status names are of Vol 1 Part F §2.
 */
export const opcodes = {
  /** §7.3.1 */ setEventMask: 0x0c01,
  /** §7.3.2 */ reset: 0x0c03,
  /** §7.4.1 */ readLocalVersionInformation: 0x1001,
  /** §7.4.6 */ readBdAddr: 0x1009,
  /** §7.8.1 */ leSetEventMask: 0x2001,
  /** §7.8.2 */ leReadBufferSize: 0x2002,
  /** §7.8.3 */ leReadLocalSupportedFeatures: 0x2003,
  /** §7.8.4 */ leSetRandomAddress: 0x2005,
  /** §7.8.5 */ leSetAdvertisingParameters: 0x2006,
  /** §7.8.6 */ leReadAdvertisingPhysicalChannelTxPower: 0x2007,
  /** §7.8.7 */ leSetAdvertisingData: 0x2008,
  /** §7.8.8 */ leSetScanResponseData: 0x2009,
  /** §7.8.9 */ leSetAdvertisingEnable: 0x200a,
  /** §7.8.10 */ leSetScanParameters: 0x200b,
  /** §7.8.11 */ leSetScanEnable: 0x200c,
  /** §7.8.23 */ leRand: 0x2018,
  /** §7.8.27 */ leReadSupportedStates: 0x201c,
  /** §7.8.52 */ leSetAdvertisingSetRandomAddress: 0x2035,
  /** §7.8.53 */ leSetExtendedAdvertisingParameters: 0x2036,
  /** §7.8.54 */ leSetExtendedAdvertisingData: 0x2037,
  /** §7.8.55 */ leSetExtendedScanResponseData: 0x2038,
  /** §7.8.56 */ leSetExtendedAdvertisingEnable: 0x2039,
  /** §7.8.58 */ leReadNumberOfSupportedAdvertisingSets: 0x203b,
  /** §7.8.60 */ leClearAdvertisingSets: 0x203d,
  /** §7.8.74 */ leReadTransmitPower: 0x204b,
} as const;

/** What switches advertising, by legacy and by extended commands: the first parameter of both is the switch (§7.8.9, §7.8.56). */
export const advertisingSwitches: ReadonlySet<number> = new Set([
  opcodes.leSetAdvertisingEnable,
  opcodes.leSetExtendedAdvertisingEnable,
]);

export const statuses = {
  success: 0x00,
  unknownCommand: 0x01,
  /** Several controllers answer so to an enable while enabled (bluetooth-stack.md, "What bleno and noble really do" 1). */
  commandDisallowed: 0x0c,
  unsupportedFeatureOrParameterValue: 0x11,
  invalidParameters: 0x12,
} as const;

const statusNames: Record<number, string> = {
  0: 'Success',
  1: 'Unknown HCI Command',
  2: 'Unknown Connection Identifier',
  3: 'Hardware Failure',
  7: 'Memory Capacity Exceeded',
  12: 'Command Disallowed',
  17: 'Unsupported Feature or Parameter Value',
  18: 'Invalid HCI Command Parameters',
  31: 'Unspecified Error',
};

const opcodeNames = new Map<number, string>(Object.entries(opcodes).map(([name, opcode]) => [opcode, name]));

/** @returns the name and number of a command, as `leSetAdvertisingEnable (0x200a)`. */
export function nameOpcode(opcode: number): string {
  const number = `0x${opcode.toString(16).padStart(4, '0')}`;
  const name = opcodeNames.get(opcode);
  return name === undefined ? `command ${number}` : `${name} (${number})`;
}

/** @returns the name and number of a status octet, as `Command Disallowed (0x0c)`. */
export function nameStatus(status: number): string {
  return `${statusNames[status] ?? 'status'} (0x${status.toString(16).padStart(2, '0')})`;
}
