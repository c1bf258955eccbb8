import { effect, type ReadonlySignal } from '@preact/signals';
import type { PopupsModel } from './popups.ts';
import type { Seat } from './seat.ts';

type Beginning = {
  seat: Pick<Seat, 'begun'>;
  popups: PopupsModel;
  /** Whether anybody can see the page now. */
  pageSeen: ReadonlySignal<boolean>;
};

/** An applicant who was let in is told once the page is seen: many have gone to another tab by then. */
export function tellOfBeginning({ seat: { begun }, popups, pageSeen }: Beginning): () => void {
  const read = () => {
    begun.value = false;
  };
  const stop = effect(() => {
    if (begun.value && pageSeen.value)
      popups.show({ key: 'begun', message: { about: 'begun' }, onRead: read });
  });
  return () => {
    stop();
    read();
  };
}
