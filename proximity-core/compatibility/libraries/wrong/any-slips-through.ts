import { notAny } from '../fixtures/guards.js';

notAny<BLECentralPlugin.PeripheralData['advertising']>();
