/**
 * One silent question to an idle Python kernel: is the package there, and is it loaded?
 *
 * It is asked as a user expression of an empty, silent request, so that it leaves no trace in the
 * history, the counter or the variables. The answer travels as hexadecimal JSON, because a user
 * expression comes back as Python's `repr`, which hexadecimal digits pass unchanged.
 */

/** What the kernel's interpreter has. */
export interface IProbe {
  /** Whether the kernel's package can be imported. */
  installed: boolean;
  /** Whether it is loaded and answers on the control channel. */
  loaded: boolean;
  /** Name of the Python environment: the last part of its folder. */
  environment: string;
  /** Version of Python, such as `3.11.7`. */
  python: string;
}

/** The Python expression to evaluate; its value is a string of hexadecimal digits. */
export const EXPRESSION = [
  '(lambda m: m("json").dumps({',
  '"installed": m("importlib.util").util.find_spec("jupyterlab_preflight") is not None,',
  '"loaded": "preflight_request" in getattr(getattr(get_ipython(), "kernel", None),',
  ' "control_handlers", ()),',
  '"environment": m("os").path.basename(m("sys").prefix),',
  '"python": m("platform").python_version()',
  '}).encode().hex())(__import__)'
].join('');

/**
 * Read the answer to `EXPRESSION`.
 *
 * @param repr - the `text/plain` of the evaluated expression
 * @returns what the kernel has, or null where the answer is none
 */
export function readProbe(repr: unknown): IProbe | null {
  const match =
    typeof repr === 'string' ? /^'((?:[0-9a-f]{2})+)'$/.exec(repr) : null;
  if (!match) {
    return null;
  }
  const bytes = new Uint8Array(
    (match[1].match(/../g) ?? []).map(pair => parseInt(pair, 16))
  );
  try {
    const data: Partial<IProbe> = JSON.parse(new TextDecoder().decode(bytes));
    return {
      installed: data.installed === true,
      loaded: data.loaded === true,
      environment: String(data.environment ?? ''),
      python: String(data.python ?? '')
    };
  } catch {
    return null;
  }
}
