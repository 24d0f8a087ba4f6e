// The few assertions that the checks need, with messages that say what was seen.
export function equal(seen, expected, what) {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b?.slice(0, 400)}, saw ${a?.slice(0, 400)}`);
}

export function truthy(seen, what) {
  if (!seen) throw new Error(what);
}

export function below(seen, limit, what) {
  if (!(seen < limit)) throw new Error(`${what}: ${seen} is not below ${limit}`);
}

export function none(faults, what) {
  if (faults.length > 0) throw new Error(`${what}: ${faults.join('; ')}`);
}
