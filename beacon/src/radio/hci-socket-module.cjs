// In a bundle, `require('@abandonware/bluetooth-hci-socket')` is this file (esbuild-plugin.mjs). The bundler gives both
// module systems the same instance of hci-socket.ts, so the stacks recognise the sockets bleno and noble made.
module.exports = require('./hci-socket.ts').HciSocket;
