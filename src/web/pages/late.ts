/** The call, its end, and the dialogs: fetched when a person can ask to come in, or opens one of them. */
export { WaitingDialog } from '../components/WaitingDialog.tsx';
export { Call } from './Call.tsx';
export { End } from './End.tsx';
