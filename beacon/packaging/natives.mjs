/**
 * Packages with an addon that both programs have. The socket's own dependencies serve transports that ours replaces; of
 * the serial port's, one holds types and one headers.
 */
export const radioNatives = [
  {
    name: '@serialport/bindings-cpp',
    needs: ['@serialport/parser-readline', 'debug', 'node-gyp-build'],
    prebuilt: 'prebuilds',
  },
  {
    name: '@stoprocent/bluetooth-hci-socket',
    needs: ['node-gyp-build'],
    only: /^lib\/native\.js$/,
    prebuilt: 'prebuilds',
  },
];
