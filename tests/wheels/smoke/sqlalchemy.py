"""The ORM on SQLite, relations, transactions, asynchronous engine by greenlets."""
import asyncio
from sqlalchemy import ForeignKey, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Author(name="A", books=[Book(title="x"), Book(title="y")]), Author(name="B")])
    session.commit()
    print(session.execute(select(Author.name, func.count(Book.id)).outerjoin(Book).group_by(Author.id).order_by(Author.id)).all())
    author = session.scalars(select(Author).options(selectinload(Author.books)).where(Author.name == "A")).one()
    print([b.title for b in author.books], author.books[0].author is author)
    author.books.pop()
    session.commit()
    print(session.scalar(select(func.count()).select_from(Book)), session.execute(text("select :a + 1"), {"a": 4}).scalar())
    session.add(Author(name="A"))
    try:
        session.commit()
    except IntegrityError as error:
        print(error.orig)
print(select(Author).where(Author.name.like("a%"), Author.id.in_([1, 2])).order_by(Author.name.desc()))
from sqlalchemy.util import greenlet_spawn, await_only


async def value():
    await asyncio.sleep(0)
    return 5


print(asyncio.run(greenlet_spawn(lambda: await_only(value()) + 1)))
import sqlalchemy.util as util

print(util.has_compiled_ext() if hasattr(util, "has_compiled_ext") else True)
