import { type ReadonlySignal, signal } from '@preact/signals';
import { closeCodes } from '../../protocol/errors.ts';
import type { EndReason, Notifications } from '../../protocol/messages.ts';
import type { Closed } from '../connection/connection.ts';
import type { Devices } from '../media/devices.ts';
import type { Memory } from './memory.ts';

/** What fills the page, and why. */
export type Screen =
  | { name: 'connecting' }
  | { name: 'early' }
  | { name: 'check' }
  | { name: 'waiting' }
  | { name: 'call' }
  | { name: 'end'; reason: EndReason }
  | { name: 'refused'; refused: Notifications['refused'] }
  | { name: 'version' | 'replaced' | 'broken' };

/** From one screen to the next. */
export type Navigation = {
  readonly screen: ReadonlySignal<Screen>;
  /** Not let in until now, as the room was not open, or full, or nothing was known of it. */
  isOutside(): boolean;
  goToConnecting(): void;
  /** The check, unless it was passed in this browser or the person has asked to come in. */
  goToFirstScreen(hasAsked: boolean): void;
  goToCheck(): void;
  /** Before the room opens. */
  goToEarly(): void;
  /** The check was run before the room opens: it may be hours until the interview, and nobody's camera is to be on so long. */
  endEarlyCheck(isPassed: boolean): void;
  goToCall(): void;
  goToEnd(reason: EndReason): void;
  /** Why the connection does not come back by itself. */
  goToProblem(closed: Closed): void;
  /** From the check into the waiting room. */
  passCheck(): void;
};

type NavigationOptions = {
  memory: Pick<Memory, 'hasPassedCheck' | 'keepPassedCheck'>;
  devices: Pick<Devices, 'open' | 'stop'>;
  runCheck(): Promise<void>;
};

const problemByCode: Record<number, 'version' | 'replaced'> = {
  [closeCodes.version]: 'version',
  [closeCodes.replaced]: 'replaced',
};

const outside: ReadonlySet<Screen['name']> = new Set(['connecting', 'refused', 'early']);

/** Which screen is shown, and why. */
export function createNavigation({ memory, devices, runCheck }: NavigationOptions): Navigation {
  const screen = signal<Screen>({ name: 'connecting' });

  function goToCheck(): void {
    screen.value = { name: 'check' };
    void runCheck();
  }

  function goToWaiting(): void {
    screen.value = { name: 'waiting' };
    void devices.open();
  }

  return {
    screen,
    isOutside: () => outside.has(screen.value.name),
    goToConnecting(): void {
      screen.value = { name: 'connecting' };
    },
    goToFirstScreen(hasAsked): void {
      if (memory.hasPassedCheck() || hasAsked) goToWaiting();
      else goToCheck();
    },
    goToCheck,
    goToEarly(): void {
      devices.stop();
      screen.value = { name: 'early' };
    },
    endEarlyCheck(isPassed): void {
      if (isPassed) memory.keepPassedCheck();
      devices.stop();
    },
    goToCall(): void {
      screen.value = { name: 'call' };
    },
    goToEnd(reason): void {
      screen.value = { name: 'end', reason };
    },
    goToProblem({ code, refused }): void {
      screen.value = refused ? { name: 'refused', refused } : { name: problemByCode[code] ?? 'broken' };
    },
    passCheck(): void {
      memory.keepPassedCheck();
      goToWaiting();
    },
  };
}
