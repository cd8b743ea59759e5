import type { Plugin } from 'esbuild';

/** What a bundle of this room needs at its top, as esbuild's `banner.js`. */
export declare const radioBanner: string;
/** The esbuild plugin for every bundle that contains `beacon/src/radio`. */
export declare function radioPlugin(): Plugin;
