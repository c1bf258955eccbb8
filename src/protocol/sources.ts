/** What of a person the others can hear and see. */
export const sentSources = ['microphone', 'camera', 'screen', 'screenSound'] as const;
export type SentSource = (typeof sentSources)[number];
