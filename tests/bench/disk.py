"""The disk's own pace: what a durable file costs when nobody does anything else."""

import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def sync_rate(folder: Path, threads: int, files: int, size: int = 4096) -> float:
    """Files a second: new file, fsync, rename, folder fsync."""
    folder.mkdir(exist_ok=True)
    names = [secrets.token_hex(8) for _ in range(files)]
    data = secrets.token_bytes(size)
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda name: _keep(folder, name, data), names))
    return files / (time.monotonic() - began)


def _keep(folder: Path, name: str, data: bytes) -> None:
    draft = folder / f"{name}.draft"
    with open(draft, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
