/**
 * Numeric hosts, read by one strict rule each. What one library reads as a name and another as
 * `127.0.0.1` is refused; what is a machine's own metadata service is known.
 */

const METADATA_HOSTS = [
  'metadata',
  'metadata.google.internal',
  'instance-data.ec2.internal',
  '100.100.100.200', // Alibaba Cloud
  '168.63.129.16' // Azure
];

const METADATA_GROUPS = [
  [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254], // Amazon EC2
  [0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254] // Google Cloud
];

/**
 * Whether a host (canonical) is a machine's own metadata service or a link-local address: RFC 3927,
 * RFC 4291 §2.5.6, and the names and addresses under which clouds hand out credentials.
 */
export function isLinkLocal(host: string): boolean {
  if (METADATA_HOSTS.includes(host) || host.startsWith('169.254.')) {
    return true;
  }
  if (!host.startsWith('[')) {
    return false;
  }
  const groups = ipv6(host.slice(1, -1));
  if (groups === null) {
    return true;
  }
  const starts = (...first: number[]) =>
    first.every((group, index) => groups[index] === group);
  if (
    (groups[0] & 0xffc0) === 0xfe80 ||
    METADATA_GROUPS.some(one => starts(...one))
  ) {
    return true;
  }
  const embedded = starts(0, 0, 0, 0, 0) && [0, 0xffff].includes(groups[5]);
  const translated = starts(0x64, 0xff9b, 0, 0, 0, 0);
  return (embedded || translated) && groups[6] === 0xa9fe;
}

/** Whether a text is a number from 0 to 255 in its plain decimal spelling. */
export function isOctet(label: string): boolean {
  return /^(0|[1-9][0-9]{0,2})$/.test(label) && Number(label) < 256;
}

/** The eight groups of an address (RFC 4291 §2.2), or null. */
export function ipv6(text: string): number[] | null {
  const gaps = text.split('::').length - 1;
  if (gaps > 1 || text.length > 45) {
    return null;
  }
  const at = text.indexOf('::');
  const left = groupsOf(at < 0 ? text : text.slice(0, at), at < 0);
  const right = groupsOf(at < 0 ? '' : text.slice(at + 2), true);
  if (left === null || right === null) {
    return null;
  }
  const missing = 8 - left.length - right.length;
  if (missing < 0 || (missing === 0) === at >= 0) {
    return null;
  }
  return [...left, ...new Array<number>(missing).fill(0), ...right];
}

/** RFC 5952 §4: lower case, the first longest run of two or more zeros shortened. */
export function ipv6Text(groups: readonly number[]): string {
  let bestAt = -1;
  let best = 1;
  for (let at = 0; at < 8;) {
    let run = at;
    while (run < 8 && groups[run] === 0) {
      run++;
    }
    if (run - at > best) {
      bestAt = at;
      best = run - at;
    }
    at = run + 1;
  }
  const words = groups.map(group => group.toString(16));
  return bestAt < 0
    ? words.join(':')
    : `${words.slice(0, bestAt).join(':')}::${words.slice(bestAt + best).join(':')}`;
}

function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') {
    return [];
  }
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && last && index === parts.length - 1) {
      const octets = part.split('.');
      if (octets.length !== 4 || !octets.every(isOctet)) {
        return null;
      }
      const [a, b, c, d] = octets.map(Number);
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}
