export { type Adapter, listAdapters, readPublicAddress } from './adapters.js';
export {
  type Advertiser,
  type Advertising,
  type ConnectableAdvertising,
  createAdvertiser,
  type HciAdvertiser,
} from './advertiser.js';
export { type HeardAdvertisement, readAdvertisingReports } from './advertising-reports.js';
export { type Bleno, type BlenoStack, startBleno } from './bleno-stack.js';
export {
  type BtsnoopDirection,
  type BtsnoopReading,
  type BtsnoopRecord,
  encodeBtsnoopHeader,
  encodeBtsnoopRecord,
  readBtsnoop,
} from './btsnoop.js';
export { type BtsnoopFile, createBtsnoopFile } from './btsnoop-file.js';
export {
  type CapabilityQuestions,
  type ControllerCapabilities,
  leastIntervalMs,
  readCapabilities,
} from './capabilities.js';
export { type ConfirmingAdvertiser, confirmAdvertiser } from './confirming-advertiser.js';
export { type AdvertisingSets, createExtendedAdvertiser, type ExtendedAdvertiser } from './extended-advertiser.js';
export {
  createH4Framer,
  type H4Direction,
  type H4Framer,
  type H4FramerOptions,
  type H4Item,
} from './h4-framer.js';
export { createHciCommands, type HciCommands, HciRefusal } from './hci-commands.js';
export {
  type CommandAnswer,
  encodeCommand,
  eventCodes,
  packetTypes,
  readCommandAnswer,
  readOpcode,
} from './hci-packets.js';
export type { HciLink } from './link.js';
export { type Listening, listen } from './listen.js';
export { type AdvertisingReport, type Noble, type NobleOptions, type NobleStack, startNoble } from './noble-stack.js';
export { advertisingSwitches, nameOpcode, nameStatus, opcodes, statuses } from './opcodes.js';
export { type OpenRadioOptions, openRadio } from './open-radio.js';
export {
  type AdapterAddress,
  type KernelAddress,
  parseRadioAddress,
  type RadioAddress,
  radioForms,
  type SerialAddress,
  type TcpAddress,
  type UnixAddress,
} from './radio-address.js';
export type { ScanSettings } from './scan-settings.js';
