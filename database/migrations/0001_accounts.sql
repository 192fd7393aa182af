-- One dialect for SQLite and PostgreSQL: BIGINT, TEXT and DOUBLE PRECISION only. Times are unix seconds, booleans are
-- 0 and 1, ids are 128 bits as hex. What is secret is stored as its SHA-256, unless it has to be used as it is.

CREATE TABLE site (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- Who has to be alone while deciding (is there an administrator left?) updates this row first.
INSERT INTO site (name, value) VALUES ('lock', '');

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    display TEXT NOT NULL,
    email TEXT,
    email_key TEXT UNIQUE,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);

CREATE TABLE passwords (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    changed BIGINT NOT NULL
);

CREATE TABLE totp (
    user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    secret TEXT NOT NULL,
    confirmed BIGINT NOT NULL DEFAULT 0,
    last_step BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id)
);
CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    pending BIGINT NOT NULL,
    created BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    fresh BIGINT NOT NULL,
    agent TEXT NOT NULL,
    ip TEXT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);

CREATE TABLE links (
    id TEXT PRIMARY KEY NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    email TEXT,
    user_id TEXT REFERENCES users (id),
    made_by TEXT REFERENCES users (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used BIGINT,
    used_by TEXT REFERENCES users (id)
);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    last_used BIGINT
);
CREATE INDEX tokens_of_user ON tokens (user_id);

CREATE TABLE rules (
    folder TEXT NOT NULL,
    who TEXT NOT NULL,
    may TEXT NOT NULL,
    PRIMARY KEY (folder, who)
);

CREATE TABLE attempts (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    made BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX attempts_of_subject ON attempts (kind, subject, made);
CREATE INDEX attempts_by_expiry ON attempts (expires);

-- No reference to users: a line of the log outlives everything it tells of.
CREATE TABLE audit (
    id TEXT PRIMARY KEY NOT NULL,
    made BIGINT NOT NULL,
    user_id TEXT,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    ip TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_user ON audit (user_id, id);
CREATE INDEX audit_by_action ON audit (action, id);
