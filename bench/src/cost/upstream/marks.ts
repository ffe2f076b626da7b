/** Once in every event and message, and nowhere else: what is counted. */
export const eventMark = '#';

export const pathOfEvents = '/events';
export const pathOfMessages = '/messages';
