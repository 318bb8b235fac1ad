import { Problem } from '../../common/problem.ts';
import type { Target } from './target.ts';

/** After these the other hosts are not tried, as in libpq: they would be told the same password. */
const FINAL = new Set(['wrong-password', 'access-refused', 'password-missing', 'password-withheld', 'cancelled']);

/**
 * Of several hosts the first that answers and is what target_session_attrs asks for, in their order; with prefer-standby a standby
 * before any other. With one host that one.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS
 * @throws Problem of the last that was tried
 */
export async function oneOfHosts<T>(target: Target, attempt: (target: Target) => Promise<T>): Promise<T> {
  const { alternatives = [] } = target;
  if (alternatives.length === 0) return await attempt(target);
  let failure: unknown;
  for (const wanted of rounds(target.parameters['target_session_attrs'] ?? 'any')) {
    for (const one of alternatives) {
      try {
        return await attempt({ ...one, parameters: { ...one.parameters, target_session_attrs: wanted } });
      } catch (error) {
        failure = error;
        if (!(error instanceof Problem) || FINAL.has(error.code)) throw error;
      }
    }
  }
  throw failure;
}

const rounds = (wanted: string): readonly string[] => (wanted === 'prefer-standby' ? ['standby', 'any'] : [wanted]);
