import { X } from 'lucide';
import type { Ref } from 'preact';
import { words } from '../i18n/language.ts';
import { IconButton } from './IconButton.tsx';

type CloseButtonProps = { size?: number; ref?: Ref<HTMLButtonElement>; onClick: () => void };

/** The cross that puts away what it stands in. */
export function CloseButton(props: CloseButtonProps) {
  return <IconButton icon={X} label={words.value.close} quiet {...props} />;
}
