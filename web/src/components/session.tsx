import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '@/api/session';
import type { Role, Session } from '@/api/types';

// Who is logged in. Only used below the gate, which shows nothing before that is known.
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('useSession stands outside the gate');
  return data;
}

const ranks: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

export function useMay(role: Role): boolean {
  return ranks[useSession().role] >= ranks[role];
}
