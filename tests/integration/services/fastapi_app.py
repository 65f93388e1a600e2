"""Endpoints of known kind, under FastAPI."""

import asyncio
import hashlib
import os
import time
from typing import Any

from fastapi import FastAPI

app = FastAPI()
DATA = bytes(8_000_000)
WAIT_S = 0.02
LONG_S = 0.05  # so that 40 threads are the limit on a busy machine, too, and not the CPU time of the server


@app.get("/awaits")
async def awaits() -> dict[str, int]:
    await asyncio.sleep(WAIT_S)
    return {"a": 1}


@app.get("/waits")
def waits() -> dict[str, int]:
    time.sleep(LONG_S)
    return {"a": 1}


@app.get("/blocks")
async def blocks() -> dict[str, int]:
    time.sleep(WAIT_S)
    return {"a": 1}


@app.get("/hands-over")
async def hands_over() -> dict[str, int]:
    await asyncio.to_thread(time.sleep, WAIT_S)
    return {"a": 1}


@app.get("/computes")
def computes() -> dict[str, int]:
    return {"a": sum(i * i for i in range(60_000))}


@app.get("/hashes")
def hashes() -> dict[str, str]:
    return {"a": hashlib.sha256(DATA).hexdigest()}


@app.get("/motor")
async def with_motor() -> dict[str, Any]:
    return {"a": str(await collection("motor").find_one({}, {"_id": 0}))}


@app.get("/pymongo")
async def with_pymongo() -> dict[str, Any]:
    return {"a": str(await collection("pymongo").find_one({}, {"_id": 0}))}


CLIENTS: dict[str, Any] = {}


def collection(library: str) -> Any:
    """A collection of the embedded MongoDB, by a client that lives as long as the worker."""
    if library not in CLIENTS:
        if library == "motor":
            from motor.motor_asyncio import AsyncIOMotorClient as Client
        else:
            from pymongo import AsyncMongoClient as Client
        CLIENTS[library] = Client(os.environ["SHOP_MONGO_URI"])
    return CLIENTS[library].shop.items
