// Files put into one archive (PKZIP APPNOTE 6.3: stored, not compressed), so that a folder can be saved at once.

const TABLE = Array.from({ length: 256 }, (_, n) => {
  let found = n;
  for (let bit = 0; bit < 8; bit += 1) found = found & 1 ? 0xedb88320 ^ (found >>> 1) : found >>> 1;
  return found >>> 0;
});

function crc32(data) {
  let found = 0xffffffff;
  for (const each of data) found = TABLE[(found ^ each) & 0xff] ^ (found >>> 8);
  return (found ^ 0xffffffff) >>> 0;
}

/** An archive of these files: [[path, Uint8Array or text]]. Each is dated 1980-01-01: the same files, the same bytes. */
export function zip(files) {
  const parts = [];
  const listed = [];
  let at = 0;
  for (const [path, said] of files) {
    const name = new TextEncoder().encode(path);
    const data = typeof said === 'string' ? new TextEncoder().encode(said) : said;
    // version 2.0, names in UTF-8, stored, no time, 1980-01-01
    const common = [[20, 2], [0x0800, 2], [0, 2], [0, 2], [0x21, 2], [crc32(data), 4], [data.length, 4], [data.length, 4], [name.length, 2], [0, 2]];
    const head = bytes([[0x04034b50, 4], ...common]);
    listed.push(bytes([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), name);
    parts.push(head, name, data);
    at += head.length + name.length + data.length;
  }
  const size = listed.reduce((sum, each) => sum + each.length, 0);
  const end = bytes([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]]);
  return new Blob([...parts, ...listed, end], { type: 'application/zip' });
}

function bytes(numbers) {
  const made = new Uint8Array(numbers.reduce((sum, [, wide]) => sum + wide, 0));
  let at = 0;
  for (const [value, wide] of numbers) {
    for (let n = 0; n < wide; n += 1) made[at + n] = Math.floor(value / 256 ** n) & 0xff;
    at += wide;
  }
  return made;
}
