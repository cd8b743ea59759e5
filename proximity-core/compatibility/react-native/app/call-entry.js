import { decodeProfile } from '@deskbeacon/proximity-core';
import { BleManager } from 'react-native-ble-plx';
import { startDeskCalls } from './host/desk-calls';
import { nativeCalls } from './host/native';
import { openReasonLog } from './host/reason-log';
import { blePlxScanner } from './host/scanner';
import { openShadow } from './host/shadow';
import { memoryStore } from './memory-store';

/** An app's `index.js`, as docs/examples/react-native-host/README.md shows it; settings come from the scenario. */
const { world } = globalThis;
world.markReady('imported');

const { capabilities, profile, unchecked, services, isShadow, isLogged } = world.scenario;
const store = memoryStore(isLogged ? { 'deskbeacon.why': '[]' } : {});
const shadow = isShadow ? openShadow(store, profile.ownDesks[0]) : undefined;
const decoded = unchecked === true ? { ok: true, profile } : decodeProfile(profile);

startDeskCalls({
  ...nativeCalls(),
  scanner: blePlxScanner(new BleManager(), services ?? null),
  capabilities,
  profile: () => (decoded.ok ? decoded.profile : undefined),
  log: openReasonLog(store),
  ...(shadow === undefined ? {} : { shadow }),
});
world.markReady('listening');
world.out = { stored: store.texts };
world.listen('owner-said', ({ wasAway }) => shadow.said(wasAway));
