/** 1 message, 2 messages: of words whose plural ends in s. */
export const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
