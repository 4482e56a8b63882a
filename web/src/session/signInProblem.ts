import { useI18n } from 'vue-i18n';
import { useDeletionTexts } from '../deletion/useDeletionTexts.ts';

/** Why a sign-in failed, apart from a refused call to the API. Each has a text under its own name. */
export type SignInFailure = 'notSetUp' | 'denied' | 'wrongState' | 'failed' | 'unreachable' | 'notAllowed';

/** Why nobody is signed in: the API refused a call, the wanted account does not exist, or the sign-in failed. */
export type SignInProblem = { status: number } | { noSuchAccount: string } | { failure: SignInFailure };

/** @returns a function that says in words why nobody is signed in */
export function useSignInTexts() {
  const { t } = useI18n();
  const { reasonFor } = useDeletionTexts();
  return (problem: SignInProblem | undefined): string | undefined => {
    if (!problem) return undefined;
    if ('status' in problem) return reasonFor(problem.status);
    if ('failure' in problem) return t(`signInFailures.${problem.failure}`);
    return t('noSuchAccount', { username: problem.noSuchAccount });
  };
}
