/** What stands in for AsyncStorage. */
export function memoryStore(texts) {
  return {
    texts,
    getItem: async (name) => (name in texts ? texts[name] : null),
    setItem: async (name, text) => {
      texts[name] = text;
    },
    removeItem: async (name) => {
      delete texts[name];
    },
  };
}
