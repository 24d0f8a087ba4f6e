// Names differ at their end, so they are shortened in the middle: the tail always stays readable.

const kTail = 8;

// The part that may be cut off with an ellipsis, and the part that never is.
export function splitForMiddle(text: string): { head: string; tail: string } {
  const letters = Array.from(text);
  if (letters.length <= kTail * 2) return { head: text, tail: '' };
  return { head: letters.slice(0, -kTail).join(''), tail: letters.slice(-kTail).join('') };
}
