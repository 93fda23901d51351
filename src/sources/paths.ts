/** Paths of the kernel's machine, in the words of the server's file browser. */

/**
 * The path of a folder below the server's root.
 *
 * @param path - an absolute path on the kernel's machine
 * @param root - the server's root, perhaps beginning with `~`
 * @param home - the home folder on the kernel's machine, for which `~` stands
 * @returns the path as the file browser knows it; null where it is not below the root
 */
export function serverPath(
  path: string,
  root: string,
  home: string
): string | null {
  const unify = (text: string) => text.replace(/\\/g, '/').replace(/\/+$/, '');
  const top = unify(root.replace(/^~(?=$|[\\/])/, home));
  const full = unify(path);
  if (top === '' && root === '') {
    return null;
  }
  if (full === top) {
    return '/';
  }
  return full.startsWith(`${top}/`) ? full.slice(top.length) : null;
}
