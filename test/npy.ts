/** A matrix as `numpy.save` writes it: ones on the diagonal, zeros elsewhere. */
export function npyFile(rows: number, columns: number): Uint8Array {
  const bytes = Buffer.alloc(128 + 8 * rows * columns);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(118, 8);
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  bytes.write(`${header.padEnd(117)}\n`, 10, 'latin1');
  for (let row = 0; row < rows; row++) bytes.writeDoubleLE(1, 128 + 8 * (row * columns + row));
  return bytes;
}
