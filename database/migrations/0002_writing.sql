CREATE TABLE drafts (
    user_id TEXT NOT NULL REFERENCES users (id),
    file TEXT NOT NULL,
    text TEXT NOT NULL,
    base TEXT,
    saved BIGINT NOT NULL,
    PRIMARY KEY (user_id, file)
);

CREATE TABLE redirects (
    source TEXT PRIMARY KEY NOT NULL,
    target TEXT NOT NULL,
    made BIGINT NOT NULL
);
CREATE INDEX redirects_by_target ON redirects (target);

-- The parent's check waits for the end of the transaction, so that rows can be restored in any order.
CREATE TABLE comments (
    id TEXT PRIMARY KEY NOT NULL,
    path TEXT NOT NULL,
    lang TEXT NOT NULL,
    parent TEXT REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    anchor TEXT,
    quote TEXT,
    user_id TEXT NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    created BIGINT NOT NULL,
    edited BIGINT,
    resolved BIGINT,
    resolved_by TEXT REFERENCES users (id),
    deleted BIGINT
);
CREATE INDEX comments_of_page ON comments (path, lang, id);
