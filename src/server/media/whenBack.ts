import type { types } from 'mediasoup';

/**
 * Calls back each time that a producer is heard again after all its streams were silent against its sender's will:
 * its line was broken. mediasoup gives a stream from which nothing comes for 1.5 s the score 0.
 */
export function whenBack(producer: types.Producer, onBack: () => void): void {
  let broken = false;
  producer.on('score', (scores) => {
    const silent = scores.length > 0 && scores.every(({ score }) => score === 0);
    if (broken && !silent) onBack();
    // Paused: the camera is off, or its owner is on hold.
    broken = silent && !producer.paused;
  });
}
