import type { DataSource } from 'typeorm';

type HoldsText = {
  /** The condition, for a parameter of this name. */
  sql: (parameter: string) => string;
  /** The value of the parameter. */
  pattern: (text: string) => string;
};

/**
 * SQL: whether a column holds a text, whichever letters of it are capital; accents and widths count. Alike in both kinds of
 * database: SQLite's LIKE and LOWER know the capitals of ASCII alone, so that each letter is written there in both ways.
 */
export function holdsText(source: DataSource, column: string): HoldsText {
  if (source.options.type === 'mysql')
    return {
      sql: (parameter) => `LOWER(${column}) LIKE LOWER(${parameter}) COLLATE utf8mb4_bin ESCAPE '!'`,
      pattern: (text) => `%${text.replace(/[!%_]/g, '!$&')}%`,
    };
  return {
    sql: (parameter) => `${column} GLOB ${parameter}`,
    pattern: (text) => `*${[...text].map(eitherCase).join('')}*`,
  };
}

/** A set of GLOB, in which nothing of it has a meaning of its own but the end, which stands for itself outside of one. */
function eitherCase(character: string): string {
  const forms = [character.toLowerCase(), character.toUpperCase()].filter((form) => [...form].length === 1);
  const all = [...new Set([character, ...forms])].join('');
  return all === ']' || all === '^' ? all : `[${all}]`;
}
