/** The one accent colour, where the terminal is to have colours. */
export const accent = process.env.NO_COLOR ? undefined : 'cyan';
/** For what must be seen at once. */
export const alarm = process.env.NO_COLOR ? undefined : 'yellow';
