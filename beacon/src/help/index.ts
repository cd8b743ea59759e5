export { allNodes, type CommandNode, readTree } from './command-tree.js';
export { renderCompletion, type Shell, shells } from './completion.js';
export { item, toRoff } from './roff.js';
