"""A FastAPI service under uvicorn, with pydantic and SQLAlchemy on SQLite."""
import http.client
import json
import threading
import time
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Item(BaseModel):
    id: int
    name: str


engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
Base.metadata.create_all(engine)
app = FastAPI()


def session():
    with Session(engine) as s:
        yield s


@app.post("/items", status_code=201)
def add(item: Item, s: Session = Depends(session)) -> Item:
    s.add(Row(**item.model_dump()))
    s.commit()
    return item


@app.get("/items/{id}")
async def get(id: int, s: Session = Depends(session)) -> Item:
    row = s.scalar(select(Row).where(Row.id == id))
    if row is None:
        raise HTTPException(404, "no such item")
    return Item(id=row.id, name=row.name)


server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
thread = threading.Thread(target=server.run)
thread.start()
while not server.started:
    time.sleep(0.01)
connection = http.client.HTTPConnection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
for method, path, body in (("POST", "/items", {"id": 1, "name": "pen"}), ("GET", "/items/1", None), ("GET", "/items/2", None), ("POST", "/items", {"id": "x"}), ("GET", "/openapi.json", None)):
    connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
    response = connection.getresponse()
    print(response.status, response.read().decode()[:400])
connection.close()
server.should_exit = True
thread.join()
