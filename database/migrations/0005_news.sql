-- What somebody is to be told by mail. No reference to the watch that it comes of: that may end before.
CREATE TABLE news (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    watch_id TEXT,
    event TEXT NOT NULL,
    path TEXT NOT NULL,
    lang TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    source TEXT NOT NULL,
    moved_from TEXT,
    made BIGINT NOT NULL
);
CREATE INDEX news_of_user ON news (user_id, made);

CREATE TABLE paces (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    pace TEXT NOT NULL
);
