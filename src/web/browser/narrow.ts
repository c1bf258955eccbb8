import { signal } from '@preact/signals';

const query = matchMedia('(max-width: 760px), (max-height: 480px)');

/** Whether there is no room for every control: some move into 「詳細アクション」. */
export const narrow = signal(query.matches);

query.addEventListener('change', () => {
  narrow.value = query.matches;
});
