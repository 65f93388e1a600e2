"""Endpoints of known kind, under Flask."""

import asyncio
import hashlib
import time

from flask import Flask

app = Flask(__name__)
DATA = bytes(8_000_000)
WAIT_S = 0.02


@app.get("/waits")
def waits() -> dict[str, int]:
    time.sleep(WAIT_S)
    return {"a": 1}


@app.get("/awaits")
async def awaits() -> dict[str, int]:
    await asyncio.sleep(WAIT_S)
    return {"a": 1}


@app.get("/computes")
def computes() -> dict[str, int]:
    return {"a": sum(i * i for i in range(60_000))}


@app.get("/hashes")
def hashes() -> dict[str, str]:
    return {"a": hashlib.sha256(DATA).hexdigest()}
