"""Formats: JSON, pickle, CSV, struct, base64, hashing, compression, dates, XML, SQLite, files, configuration."""

import base64
import binascii
import bz2
import configparser
import copy
import csv
import datetime
import hashlib
import io
import json
import lzma
import os
import pickle
import sqlite3
import struct
import tempfile
import uuid
import xml.etree.ElementTree as ET
import zlib
import zoneinfo

records = [{"id": i, "name": f"user {i}", "score": i * 1.5, "tags": ["a", "b", str(i)], "ok": i % 2 == 0, "none": None, "nested": {"k": [i, -i, "é"]}} for i in range(400)]


class Record:
    def __init__(self, data):
        self.data = data
        self.when = datetime.datetime(2026, 1, 1) + datetime.timedelta(hours=data["id"])


for _ in range(10):
    text = json.dumps(records)
    assert json.loads(text) == records
assert json.loads(json.dumps(records, indent=2, sort_keys=True, ensure_ascii=False)) == records
objects = [Record(data) for data in records]
for protocol in (2, 4, 5, 5, 5):
    assert len(pickle.loads(pickle.dumps(objects, protocol))) == 400
for _ in range(10):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([r["id"], r["name"], r["score"], 'quo"ted, text'] for r in records)
    rows = list(csv.DictReader(io.StringIO(out.getvalue()), ["id", "name", "score", "text"]))
    assert rows[5]["text"] == 'quo"ted, text'
packer = struct.Struct("<IhBd4s")
blob = b"".join(packer.pack(i, i % 100, i % 256, i / 2, b"abcd") for i in range(6000))
print(sum(f[3] for f in packer.iter_unpack(blob)), sum(struct.unpack_from(">H", blob, i)[0] for i in range(0, 20000, 2)))
assert base64.b64decode(base64.b64encode(blob)) == blob and binascii.unhexlify(blob.hex()) == blob
assert zlib.decompress(zlib.compress(blob)) == blob and bz2.decompress(bz2.compress(blob[:20000])) == blob[:20000]
assert lzma.decompress(lzma.compress(blob[:20000])) == blob[:20000]
print(hashlib.sha256(blob).hexdigest()[:16], hashlib.md5(blob).hexdigest()[:8], zlib.crc32(blob), str(uuid.UUID(int=5)))

zone = zoneinfo.ZoneInfo("UTC")
start = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=zone)
count = 0
for i in range(4000):
    moment = start + datetime.timedelta(minutes=i * 37)
    again = datetime.datetime.fromisoformat(moment.isoformat())
    count += (again == moment) + (moment.date() > start.date()) + (moment - start).days + moment.weekday()
    if i % 20 == 0:
        count += len(moment.strftime("%Y-%m-%d %H:%M")) + datetime.datetime.strptime("2026-05-06", "%Y-%m-%d").month
print(count)

root = ET.Element("root")
for data in records:
    child = ET.SubElement(root, "item", id=str(data["id"]))
    child.text = data["name"]
document = ET.tostring(root)
for _ in range(5):
    print(len(ET.fromstring(document).findall("item[@id]")), end=" ")

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "lines.txt")
    with open(path, "w", encoding="utf-8") as f:
        for data in records * 20:
            f.write(f"{data['id']}\t{data['name']}\t{data['score']}\n")
    with open(path, encoding="utf-8") as f:
        print(sum(len(line.rstrip("\n").split("\t")) for line in f), os.path.getsize(path))
    with open(path, "rb") as f:
        print(sum(1 for _ in f), len(open(path).read().splitlines()))
    base = sqlite3.connect(os.path.join(folder, "base.db"))
    base.execute("create table t(id integer primary key, name text, score real)")
    with base:
        base.executemany("insert into t values(?, ?, ?)", ((i, f"n{i % 50}", i * 0.5) for i in range(6000)))
        for i in range(1500):
            base.execute("insert into t(name, score) values(?, ?)", ("x", i))
    print(base.execute("select count(*), sum(score) from t where name = ?", ("n7",)).fetchone(), len(base.execute("select * from t").fetchall()))
    print(sum(row[0] for row in base.execute("select id, name from t order by score")))
    base.close()

settings = configparser.ConfigParser()
settings.read_string("[one]\na = 1\nb = %(a)s2\n[two]\nc: yes\n" * 1)
print(settings["one"]["b"], settings.getboolean("two", "c"), len(copy.deepcopy(records)))
