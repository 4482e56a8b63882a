import { useI18n } from 'vue-i18n';
import { useDeletionTexts } from '../deletion/useDeletionTexts.ts';

/** What can go wrong with a sign-in besides a call that is refused; each has a text of its name. */
export type SignInFailure = 'notSetUp' | 'denied' | 'wrongState' | 'failed' | 'unreachable' | 'notAllowed';

/** Why nobody is signed in: a status of HTTP, an account that there is not, or what became of the sign-in. */
export type SignInProblem = { status: number } | { noSuchAccount: string } | { failure: SignInFailure };

/** @returns what says in a sentence why nobody is signed in */
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
