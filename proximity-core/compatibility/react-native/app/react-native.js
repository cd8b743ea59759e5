/**
 * What stands in for `react-native`: the bridge to native modules, which the test's driver plays, and components by their names.
 * The libraries above it are the real ones.
 */
const { world } = globalThis;

export const Platform = { OS: 'android', Version: 34 };

export const NativeModules = {
  DeskbeaconCalls: world.calls,
  BlePlx: world.blePlx,
};

/** React Native's own keeps listeners by event name, as this does. */
export class NativeEventEmitter {
  addListener(event, listener) {
    return world.listen(event, listener);
  }
}

export const View = 'View';
export const Text = 'Text';
export const Switch = 'Switch';

export function FlatList({ data, renderItem, ListEmptyComponent }) {
  return data.length === 0 ? ListEmptyComponent : data.map((item, index) => renderItem({ item, index }));
}
