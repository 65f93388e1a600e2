"""Endpoints of known kind, under Flask."""

import asyncio
import hashlib
import os
import time
from typing import Any

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


@app.get("/blocks")
async def blocks() -> dict[str, int]:
    time.sleep(WAIT_S)
    return {"a": 1}


@app.get("/computes")
def computes() -> dict[str, int]:
    return {"a": sum(i * i for i in range(60_000))}


@app.get("/hashes")
def hashes() -> dict[str, str]:
    return {"a": hashlib.sha256(DATA).hexdigest()}


@app.get("/motor")
async def with_motor() -> dict[str, Any]:
    from motor.motor_asyncio import AsyncIOMotorClient

    # One for each request, since each has a loop of its own.
    client: Any = AsyncIOMotorClient(os.environ["SHOP_MONGO_URI"])
    found = await client.shop.items.find_one({}, {"_id": 0})
    client.close()
    return {"a": str(found)}


@app.get("/pymongo")
async def with_pymongo() -> dict[str, Any]:
    from pymongo import AsyncMongoClient

    async with AsyncMongoClient(os.environ["SHOP_MONGO_URI"]) as client:
        return {"a": str(await client.shop.items.find_one({}, {"_id": 0}))}
