import { useEffect, useMemo, useRef } from 'preact/hooks';
import { createPictureFit, type PictureFit } from '../browser/pictureFit.ts';
import { showTracks } from '../browser/playback.ts';
import { followOutput } from '../media/output.ts';
import styles from './Video.module.css';

type VideoProps = {
  video: MediaStreamTrack | null;
  /** Without one the element is silent, as one's own picture always is. */
  audio?: MediaStreamTrack | null;
  label: string;
  className?: string | undefined;
  /** How the picture is fitted into its frame; whole: always so. */
  fit?: PictureFit | 'whole' | undefined;
  /** Is given the element; the returned function ends that. */
  follow?: ((element: HTMLVideoElement) => () => void) | undefined;
};

/** Shows tracks. One element and one stream for good, so that a change of a track makes no flash. */
export function Video({ video, audio = null, label, className = '', fit, follow }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const usual = useMemo(createPictureFit, []);
  const fitting = fit === 'whole' ? null : (fit ?? usual);
  const isOwn = audio === null;
  useEffect(() => {
    if (element.current) showTracks(element.current, [video, audio]);
  }, [video, audio]);
  useEffect(() => (element.current && !isOwn ? followOutput(element.current) : undefined), [isOwn]);
  useEffect(() => (element.current && follow ? follow(element.current) : undefined), [follow]);
  useEffect(() => (element.current && fitting ? fitting.follow(element.current) : undefined), [fitting]);
  return (
    <video
      ref={element}
      class={`${styles.video} ${className}`}
      data-fit={fitting?.fit.value ?? 'whole'}
      aria-label={label}
      muted={isOwn}
      playsInline
      autoPlay
    />
  );
}
