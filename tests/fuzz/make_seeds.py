"""Writes the seeds of corpus/{safetensors,tfevents,npy,npz,libsvm,idx,image} from the small reference files of
../oracle/format and a few texts; what fuzzing found is kept beside them under its hash."""
import pathlib

here = pathlib.Path(__file__).parent
oracle = here / "../oracle/format"
texts = {
    "plain": "+1 1:0.5 3:-2e3\n-1 2:1e-320 10:+.25\n",
    "notes": "# note\n\n1 qid:3 0:1 # 1:1\n 0.5\t\r\n2 007:123456789012345678901234567890",
    "labels": "1,2 1:1\n1 2:1 1:1\n1 1:nan\n",
}
# Two scalars and the version, in frames whose checksums the fuzz target puts right.
events = [b"\x09" + bytes(8) + b"\x1a\x0dbrain.Event:2",
          b"\x10\x05\x2a\x0a\x0a\x08\x0a\x01v\x15\x00\x00\x80\x3f",
          b"\x10\x06\x2a\x15\x0a\x13\x0a\x01w\x42\x0e\x08\x01\x12\x04\x12\x02\x08\x01\x22\x04\x00\x00\x80\x3f"]


def seed(kind, name, data):
    folder = here / "corpus" / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


seed("safetensors", "package", (oracle / "package.safetensors").read_bytes())
seed("safetensors", "empty", b"\x08" + bytes(7) + b"{}      ")
seed("tfevents", "records", (oracle / "records.tfevents").read_bytes())
seed("tfevents", "scalars",
     b"".join(len(event).to_bytes(8, "little") + bytes(4) + event + bytes(4) for event in events))
for name, text in texts.items():
    seed("libsvm", name, text.encode())
for path in sorted((oracle / "npy").iterdir()):
    if path.stat().st_size < 2000:
        seed(path.suffix[1:], path.stem, path.read_bytes())
for path in sorted((oracle / "idx").iterdir()):
    seed("idx", path.stem, path.read_bytes())
for path in sorted((oracle / "images").iterdir()):
    if path.suffix != ".pixels":
        seed("image", path.stem, path.read_bytes())
