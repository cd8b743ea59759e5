/**
 * Packages with an addon that both programs have. The socket's own dependencies serve transports that ours replaces; of
 * the serial port's, one holds nothing but headers.
 */
export const radioNatives = [
  // Its other files are programs that build and test addons.
  { name: 'node-gyp-build', only: /^(index|node-gyp-build)\.js$/ },
  {
    name: '@serialport/bindings-cpp',
    needs: ['@serialport/bindings-interface', '@serialport/parser-readline', 'debug', 'node-gyp-build'],
    prebuilt: 'prebuilds',
  },
  {
    name: '@stoprocent/bluetooth-hci-socket',
    needs: ['node-gyp-build'],
    only: /^lib\/native\.js$/,
    prebuilt: 'prebuilds',
  },
];
