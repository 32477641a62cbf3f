/** Strings and numbers in JSON. */
const SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * A member of a JSON object, with a line for each of its own members; `undefined` if there is none. Numbers stay as
 * they are written: WeChat's ids have more digits than a number of JavaScript.
 */
export function indentedMember(json: string, name: string): string | undefined {
  const member = JSON.parse(tagged(json))[`$${name}`] ?? undefined;
  return member === undefined ? undefined : untagged(JSON.stringify(member, null, 2));
}

/** Begins each string with `$`, and makes each number a string that begins with `#`. */
function tagged(json: string): string {
  return json.replace(SCALARS, (scalar) =>
    scalar.startsWith('"') ? `"$${scalar.slice(1)}` : `"#${scalar}"`,
  );
}

function untagged(json: string): string {
  return json.replace(SCALARS, (scalar) =>
    scalar.startsWith('"#') ? scalar.slice(2, -1) : `"${scalar.slice(2)}`,
  );
}
