import { AppError } from '../errors.ts';

/** For what the store could not give: nobody's fault, and over soon. `what`: as in "the messages". */
export function notReadable(what: string): (cause: unknown) => never {
  return (cause) => {
    throw new AppError('store_unavailable', `${what} cannot be read now; try again soon`, { cause });
  };
}
