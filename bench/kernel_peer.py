"""Drives kernels as Jupyter does: Hypatia, ipykernel, tslab. Same protocol as numpy_peer.py.

    {"work": "hypatia: round trip", "iterations": 10}     {"milliseconds": M}
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib.metadata import version
from queue import Empty
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

LINES = 10_000
CELLS = {
    "hypatia": {
        "cell": "1 + 1",
        "lines": f"for (let i = 0; i < {LINES}; i++) console.log(i);",
        "member": 'const text = "abc"; text.toUpperC',
    },
    "tslab": {
        "cell": "1 + 1",
        "lines": f"for (let i = 0; i < {LINES}; i++) console.log(i);",
        "member": 'const text = "abc"; text.toUpperC',
    },
    "python3": {
        "cell": "1 + 1",
        "lines": f"for i in range({LINES}): print(i)",
        "member": 'text = "abc"; text.upp',
    },
}


class Running:
    """One kernel and its client."""

    def __init__(self, name: str) -> None:
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(stderr=subprocess.DEVNULL)  # ipykernel warns about TCP
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()

    def hello(self) -> None:
        """Until the first reply to kernel_info; asked again, as a lost first one may be."""
        while True:
            request = self.client.kernel_info()
            try:
                self.reply(request, timeout=5)
                return
            except TimeoutError:
                continue

    def listen(self) -> None:
        """Until iopub is heard: what is published before a subscription arrives is lost."""
        while True:
            self.client.kernel_info()
            try:
                self.client.get_iopub_msg(timeout=0.5)
                return
            except Empty:
                continue

    def run(self, code: str, timeout: float = 30) -> None:
        """Until both the reply and idle are there."""
        request = self.client.execute(code)
        self.reply(request)
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=timeout)
            except Empty as nothing:
                raise TimeoutError(f"no idle within {timeout} s") from nothing
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "error":
                raise RuntimeError(message["content"]["evalue"])
            if message["content"].get("execution_state") == "idle":
                return

    def complete(self, code: str) -> None:
        reply = self.reply(self.client.complete(code))
        if not reply["content"]["matches"]:
            raise RuntimeError(f"no completion for {code}")

    def reply(self, request: str, timeout: float = 120) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no reply within {timeout} s")
            try:
                message = self.client.get_shell_msg(timeout=left)
            except Exception as nothing:
                raise TimeoutError(f"no reply within {timeout} s") from nothing
            if message["parent_header"].get("msg_id") == request:
                return message

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


kept: dict[str, Running] = {}


def warm(name: str) -> Running:
    if name not in kept:
        kept[name] = Running(name)
        kept[name].hello()
        kept[name].listen()
        kept[name].run(CELLS[name]["cell"])
    return kept[name]


def once(name: str, what: str) -> float:
    """Seconds that one piece of work takes."""
    cells = CELLS[name]
    if what in ("first reply", "first cell"):
        began = time.perf_counter()
        fresh = Running(name)
        try:
            fresh.hello()
            if what == "first cell":
                fresh.listen()
                fresh.run(cells["cell"])
            return time.perf_counter() - began
        finally:
            fresh.close()
    kernel = warm(name)
    began = time.perf_counter()
    if what == "round trip":
        kernel.run(cells["cell"])
    elif what == f"{LINES} lines":
        kernel.run(cells["lines"])
    elif what == "completion":
        kernel.complete(cells["member"])
    else:
        raise ValueError(f"no such work: {what}")
    return time.perf_counter() - began


def answer(request: dict[str, Any]) -> dict[str, Any]:
    if "about" in request:
        return {"about": f"ipykernel {version('ipykernel')}, jupyter_client {version('jupyter_client')}"}
    name, what = request["work"].split(": ")
    try:
        return {"milliseconds": 1000 * sum(once(name, what) for _ in range(request["iterations"]))}
    except TimeoutError:
        # What it may still send would be taken for the answer to the next work.
        if name in kept:
            kept.pop(name).close()
        raise


def main() -> None:
    try:
        for line in sys.stdin:
            try:
                said = answer(json.loads(line))
            except Exception as problem:  # the asking side reports it, with our name
                said = {"error": repr(problem)}
            print(json.dumps(said), flush=True)
    finally:
        for kernel in kept.values():
            kernel.close()


if __name__ == "__main__":
    main()
