CREATE TABLE watches (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (user_id, kind, target)
);
CREATE INDEX watches_of_target ON watches (kind, target);

-- The secret signs what is sent, so it is stored as it is.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    active BIGINT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE queue (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    lease TEXT,
    tries BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    error TEXT
);
CREATE INDEX queue_by_time ON queue (kind, failed, not_before);
