import type { DeskPhone } from './pushes.js';

/** What the app tells of itself, to whoever runs it. */
export type SoftphoneNews =
  | { readonly news: 'registered'; readonly port: number }
  | { readonly news: 'asleep' }
  | { readonly news: 'woken' | 'invited' | 'ended-here'; readonly call: string }
  | { readonly news: 'told'; readonly call: string; readonly deskPhone: DeskPhone }
  | { readonly news: 'failed'; readonly because: string }
  | { readonly news: 'over'; readonly call: string; readonly because: string };
