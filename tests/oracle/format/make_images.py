"""Writes images/*.{png,jpg} and, beside each that can be read, NAME.pixels: height, width and channels
as three bytes and the pixels [height, width, channels] that tests/format/image_test.cpp expects. Of a
PNG these are the numbers it was made of; of a JPEG what Pillow decodes (libjpeg-turbo, accurate
integer transform). Needs NumPy and Pillow."""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent / "images"
here.mkdir(exist_ok=True)
random = np.random.default_rng(20)
HEIGHT, WIDTH = 11, 13


def expect(name, pixels):
    pixels = np.asarray(pixels, np.uint8)
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    (here / f"{name}.pixels").write_bytes(bytes(pixels.shape) + pixels.tobytes())


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples [height, width * channels] as PNG lays them, each behind filter 0."""
    out = b""
    for row in samples:
        bits = "".join(f"{int(value):0{depth}b}" for value in row)
        bits += "0" * (-len(bits) % 8)
        out += b"\0" + bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    return out


def png(name, samples, depth, color, extra=b"", interlaced=False, size=None):
    samples = samples.reshape(samples.shape[0], samples.shape[1], -1)
    passes = [samples]
    if interlaced:
        passes = [samples[y::dy, x::dx] for x, y, dx, dy in
                  [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]]
    raw = b"".join(packed(part.reshape(part.shape[0], -1), depth) for part in passes if part.size)
    height, width = size or samples.shape[:2]
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    (here / f"{name}.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


for depth in (1, 2, 4, 8):
    gray = random.integers(0, 2**depth, (HEIGHT, WIDTH))
    png(f"gray{depth}", gray, depth, 0)
    expect(f"gray{depth}", gray * (255 // (2**depth - 1)))
deep = random.integers(0, 2**16, (HEIGHT, WIDTH))
png("gray16", deep, 16, 0)
expect("gray16", np.floor(deep * 255 / 65535 + 0.5))
color = random.integers(0, 256, (HEIGHT, WIDTH, 3))
png("color", color, 8, 2)
expect("color", color)
png("interlaced", color, 8, 2, interlaced=True)
expect("interlaced", color)
# Gamma and a transparent color change nothing.
png("gamma", color, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000)) +
    chunk(b"tRNS", struct.pack(">HHH", *color[0, 0])))
expect("gamma", color)
alpha = random.integers(0, 256, (HEIGHT, WIDTH, 4))
png("alpha", alpha, 8, 6)
expect("alpha", alpha[..., :3])
png("gray_alpha", alpha[..., :2], 8, 4)
expect("gray_alpha", alpha[..., :1])
palette = random.integers(0, 256, (4, 3))
index = random.integers(0, 4, (HEIGHT, WIDTH))
png("palette", index, 2, 3, chunk(b"PLTE", bytes(palette.astype(np.uint8).ravel())) +
    chunk(b"tRNS", bytes([0, 128])))
expect("palette", palette[index])
# Headers that promise more than is read at all, and more than so few bytes can hold.
png("bomb", np.zeros((1, 1)), 1, 0, size=(40000, 40000))
png("small_bomb", np.zeros((1, 1)), 8, 0, size=(2000, 2000))

smooth = (np.add.outer(np.arange(40) * 5, np.arange(33) * 3)[..., None] * [1, 0.5, 0.2] + [0, 60, 200]) % 256
smooth = Image.fromarray((smooth + random.normal(0, 9, smooth.shape)).clip(0, 255).astype(np.uint8))
for name, image, options in [
    ("jpeg_gray", smooth.convert("L"), {}),
    ("jpeg_420", smooth, {"subsampling": 2}),
    ("jpeg_444", smooth, {"subsampling": 0, "quality": 95}),
    ("jpeg_progressive", smooth, {"progressive": True}),
    ("jpeg_cmyk", smooth.convert("CMYK"), {}),
]:
    image.save(here / f"{name}.jpg", **options)
    if name != "jpeg_cmyk":
        expect(name, np.array(Image.open(here / f"{name}.jpg")))
