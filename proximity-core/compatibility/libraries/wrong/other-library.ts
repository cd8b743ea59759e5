import type { Device } from 'react-native-ble-plx';
import { fromBleManager } from '../../../src/scanners/ble-manager.js';

declare const device: Device;
fromBleManager(device, 0);
