/** Random numbers drawn for this protocol (RFC 9562 §5.4), as bleno and noble write them. */
export const controlUuids = {
  service: '656e9e79f85745dcb6a71732ba4fdc36',
  /** Written with response: values for the beacon. */
  toBeacon: '34bb5b09d6ea4bb58a7cef7e4f744a67',
  /** Notified: values from the beacon. */
  fromBeacon: '9ea3372a1e6b41ca834a2eb8122e4de4',
} as const;
