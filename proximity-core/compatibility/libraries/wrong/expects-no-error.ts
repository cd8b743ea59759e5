import type { Device } from 'react-native-ble-plx';
import { fromBlePlx } from '../../../src/scanners/ble-plx.js';

declare const device: Device;
// @ts-expect-error there is none
fromBlePlx(device, 0);
