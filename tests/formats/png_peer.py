"""A PNG reader of its own, from the specification (w3.org/TR/png): prints what is in a file, as JSON. No packages needed.

Usage: png_peer.py FILE. Checks the signature and every chunk's CRC; undoes the row filters. 8-bit grey and RGB, no interlace.
"""

import json
import struct
import sys
import zlib

with open(sys.argv[1], "rb") as file:
    data = file.read()
assert data[:8] == b"\x89PNG\r\n\x1a\n", "signature"
at, texts, packed, names = 8, {}, b"", []
while at < len(data):
    (length,) = struct.unpack(">I", data[at : at + 4])
    name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
    assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body), f"CRC of {name}"
    at += 12 + length
    names.append(name.decode())
    if name == b"IHDR":
        width, height, depth, color, compression, method, interlace = struct.unpack(">IIBBBBB", body)
        assert (depth, compression, method, interlace) == (8, 0, 0, 0) and color in (0, 2)
    elif name == b"IDAT":
        packed += body
    elif name == b"tEXt":
        key, text = body.split(b"\0", 1)
        texts[key.decode("ascii")] = text.decode("ascii")
    elif name == b"iTXt":
        key, rest = body.split(b"\0", 1)
        assert rest[:2] == b"\0\0", "compressed"
        texts[key.decode("ascii")] = rest[2:].split(b"\0", 2)[2].decode("utf-8")
assert names[0] == "IHDR" and names[-1] == "IEND"

channels = 3 if color == 2 else 1
stride, raw = width * channels, zlib.decompress(packed)
assert len(raw) == height * (stride + 1)


def paeth(a, b, c):
    near = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))
    return near[2]


above, pixels = [0] * stride, []
for row in range(height):
    method, line = raw[row * (stride + 1)], list(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
    for i in range(stride):
        left = line[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        line[i] += (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[method]
        line[i] &= 255
    pixels += line
    above = line
print(json.dumps({"width": width, "height": height, "channels": channels, "pixels": pixels, "texts": texts}))
