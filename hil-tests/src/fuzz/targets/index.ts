export { advertisement } from './advertisement.js';
export { btsnoop } from './btsnoop.js';
export { csv } from './csv.js';
export { gattServer } from './gatt-server.js';
export { gattSession } from './gatt-session.js';
export { h4 } from './h4.js';
export { profile } from './profile.js';
export { localRequest, plan, seedFile, toml } from './text-files.js';
export { trace } from './trace.js';
