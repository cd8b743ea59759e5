/** Files of noble that come without types; `noble-stack.ts` describes what it uses of them. */
declare module '@abandonware/noble/with-bindings.js' {
  const createNoble: (bindings: unknown) => unknown;
  export = createNoble;
}

declare module '@abandonware/noble/lib/hci-socket/bindings.js' {
  const NobleBindings: new (options: object) => unknown;
  export = NobleBindings;
}
