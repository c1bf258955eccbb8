import { useEffect, useRef } from 'preact/hooks';
import { showTracks } from '../browser/playback.ts';
import { followOutput } from '../media/output.ts';

type VideoProps = {
  video: MediaStreamTrack | null;
  /** Without one the element is silent, as one's own picture always is. */
  audio?: MediaStreamTrack | null;
  label: string;
  className?: string;
  /** Is given the element; the returned function ends that. */
  follow?: ((element: HTMLVideoElement) => () => void) | undefined;
};

/** Shows tracks. One element and one stream for good, so that a change of a track makes no flash. */
export function Video({ video, audio = null, label, className, follow }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const isOwn = audio === null;
  useEffect(() => {
    if (element.current) showTracks(element.current, [video, audio]);
  }, [video, audio]);
  useEffect(() => (element.current && !isOwn ? followOutput(element.current) : undefined), [isOwn]);
  useEffect(() => (element.current && follow ? follow(element.current) : undefined), [follow]);
  return <video ref={element} class={className} aria-label={label} muted={isOwn} playsInline autoPlay />;
}
