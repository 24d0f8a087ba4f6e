// "alice" of "arn:aws:iam::111111111111:user/alice"; a session of a role keeps both names.
export function shortPrincipal(name: string): string {
  if (!name.startsWith('arn:')) return name;
  const [, kind = '', ...rest] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^/]+)\/(.+)$/.exec(name) ?? [];
  const [path = name] = rest;
  return kind === 'assumed-role' ? path : (path.split('/').at(-1) ?? name);
}
