//! The tables, as numbered migrations. A migration that was released is never edited; a change is a new one.

use rusqlite_migration::{M, Migrations};

const VERSION_1: &str = "
-- Proves that the key fits this file: a fixed word, sealed. One row.
CREATE TABLE canary (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
) STRICT;

-- Confirmed check-ins. A row is never deleted before the EHR has taken it.
CREATE TABLE outbox (
    position        INTEGER PRIMARY KEY,      -- order of confirmation, also the order of sending
    submission      TEXT NOT NULL UNIQUE,     -- SubmissionId, 32 hex digits
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'accepted', 'needs-person')),
    day             TEXT NOT NULL,            -- local day of confirmation, YYYY-MM-DD
    number          INTEGER NOT NULL,         -- number in that day's queue, from 1
    sealed          BLOB NOT NULL,            -- sealed FilingPlan; once accepted, the sealed Receipt instead
    tries           INTEGER NOT NULL,         -- how often it was handed out for sending
    reason          TEXT,                     -- closed word: why the last try did not succeed
    confirmed_at    INTEGER NOT NULL,         -- milliseconds since 1970 UTC, as all times here
    next_attempt_at INTEGER NOT NULL,         -- not to be sent before
    changed_at      INTEGER NOT NULL,         -- last change of state
    UNIQUE (day, number)
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);

-- The audit chain: closed words, ids and counts only. Rows are added and nothing else.
CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY,  -- from 1, without gaps
    at         INTEGER NOT NULL,     -- when it was written
    kind       TEXT NOT NULL,        -- word of the catalogue
    session    INTEGER,              -- SessionId
    staff      TEXT,                 -- id of the staff member
    submission TEXT,                 -- SubmissionId
    detail     TEXT,                 -- closed word
    count      INTEGER,              -- how many
    prev_hash  TEXT NOT NULL,        -- hash of the row before
    hash       TEXT NOT NULL         -- SHA-256 over prev_hash and this row
) STRICT;
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay'); END;
CREATE TRIGGER audit_keeps_content BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay as they are'); END;

-- Wrong PINs in a row. On disk, so that switching off and on does not give new tries. One row.
CREATE TABLE pin_attempts (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    wrong_tries  INTEGER NOT NULL,   -- since the last right one
    locked_until INTEGER NOT NULL    -- nobody signs in before
) STRICT;
INSERT INTO pin_attempts (id, wrong_tries, locked_until) VALUES (1, 0, 0);
";

const VERSION_2: &str = "
-- Key sets and revocation lists of issuers, as fetched: what anybody may read, and no patient data.
CREATE TABLE issuer_documents (
    url        TEXT PRIMARY KEY,  -- where the issuer publishes it
    body       BLOB NOT NULL,     -- as it came, never parsed here
    fetched_at INTEGER NOT NULL   -- when; its age decides whether it counts
) STRICT;
";

const VERSION_3: &str = "
-- How far the plan of a check-in has come in the EHR: the sealed progress of its course; NULL before the first step.
ALTER TABLE outbox ADD COLUMN progress BLOB;
";

const VERSION_4: &str = "
-- Order per patient, leases, and what tells a poisoned check-in from an EHR that is down.
ALTER TABLE outbox ADD COLUMN patient BLOB;                           -- keyed name of the chart; NULL: from before this version
ALTER TABLE outbox ADD COLUMN repeatable INTEGER NOT NULL DEFAULT 0;  -- 1: sent twice, every step makes one record
ALTER TABLE outbox ADD COLUMN confirmed_seq INTEGER;                  -- the audit row with the hash of the plan
ALTER TABLE outbox ADD COLUMN holder INTEGER;                         -- who sends it: 0 the folder's owner, others beside it
ALTER TABLE outbox ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;       -- goes up with each claim; only its holder writes
ALTER TABLE outbox ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0; -- another process may claim it after that
ALTER TABLE outbox ADD COLUMN blamed INTEGER NOT NULL DEFAULT 0;      -- tries that failed while the EHR took others
ALTER TABLE outbox ADD COLUMN blamed_seq INTEGER NOT NULL DEFAULT 0;  -- end of the audit log at the last of them
CREATE INDEX outbox_patient ON outbox (patient);

-- Which source was confirmed for which chart, both as keyed names.
CREATE TABLE seen_sources (
    source  BLOB NOT NULL,
    patient BLOB NOT NULL,
    PRIMARY KEY (source, patient)
) STRICT, WITHOUT ROWID;

ALTER TABLE audit ADD COLUMN content TEXT;  -- SHA-256 of what was confirmed
";

const VERSION_5: &str = "
-- SHA-256 of the address that a check-in was confirmed for: a chart of one EHR is nobody's chart in another.
ALTER TABLE outbox ADD COLUMN destination BLOB;  -- NULL: from before this version, or no EHR

-- What is in an EHR where nobody can look for it, as keyed names: it is not filed there a second time.
CREATE TABLE filed_unseen (name BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
";

const VERSION_6: &str = "
-- Check-ins that were kept without a chart. Nothing is filed of them: staff open one, choose a chart and confirm, and the
-- row goes with the transaction that queues what they confirmed.
CREATE TABLE kept (
    position      INTEGER PRIMARY KEY,         -- order of keeping
    submission    TEXT NOT NULL UNIQUE,        -- SubmissionId under which it is filed once it is confirmed
    day           TEXT NOT NULL,               -- local day of keeping, YYYY-MM-DD
    number        INTEGER NOT NULL,            -- number in that day's queue; it stays its number
    sealed_label  BLOB NOT NULL,               -- sealed CheckInLabel: whose it is
    sealed_form   BLOB NOT NULL,               -- sealed form, as it was shared
    kept_by       TEXT NOT NULL,               -- id of the staff member
    kept_at       INTEGER NOT NULL,
    restored      INTEGER NOT NULL DEFAULT 0,  -- 1: the database was restored from a copy; perhaps it was filed since
    holder        INTEGER,                     -- who opened it last: 0 the folder's owner, others beside it
    fence         INTEGER NOT NULL DEFAULT 0,  -- goes up each time it is opened; only the last who did can confirm it
    held_until    INTEGER NOT NULL DEFAULT 0,  -- another process may open it after that
    UNIQUE (day, number)
) STRICT;

-- The last number of each day: none is given twice, also where the row that had it is gone.
CREATE TABLE queue_numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO queue_numbers (day, last) SELECT day, MAX(number) FROM outbox GROUP BY day;

ALTER TABLE outbox ADD COLUMN label BLOB;  -- sealed CheckInLabel: whose it is, and the titles of its items; NULL: from before, or accepted

-- What is in an EHR where nobody can look for it, by the EHR: what is filed in one is not there in another. Until now no row
-- said which; those that are there hold for each EHR that was filed to.
CREATE TABLE filed_there (
    destination BLOB NOT NULL,  -- SHA-256 of its address
    name        BLOB NOT NULL,  -- keyed name
    PRIMARY KEY (destination, name)
) STRICT, WITHOUT ROWID;
INSERT INTO filed_there (destination, name)
    SELECT DISTINCT outbox.destination, filed_unseen.name FROM outbox, filed_unseen WHERE outbox.destination IS NOT NULL;
DROP TABLE filed_unseen;

-- Whose charts staff looked at, whether or not anything was filed: a patient may ask who did.
CREATE TABLE charts_seen (
    session INTEGER NOT NULL,  -- SessionId, as in the audit log
    sealed  BLOB NOT NULL      -- sealed id of the chart
) STRICT;
";

const VERSION_7: &str = "
-- What staff decided beside a chart, for the next visit. Chart and content as keyed names.
CREATE TABLE decided (
    position   INTEGER PRIMARY KEY,  -- order of deciding
    chart      BLOB NOT NULL,        -- of the EHR's address and the patient
    content    BLOB NOT NULL,        -- of what it is about
    submission TEXT NOT NULL,        -- the check-in with which it was decided
    sealed     BLOB NOT NULL,        -- what was decided, by whom, when
    UNIQUE (chart, content)
) STRICT;
CREATE INDEX decided_submission ON decided (submission);

-- What the matching rules said of which charts, by the row of the audit log that tells of it.
CREATE TABLE matches (
    seq    INTEGER PRIMARY KEY,  -- of the audit log
    sealed BLOB NOT NULL         -- outcome, and of each chart its rule and how each field agreed
) STRICT;
";

const STEPS: &[M<'static>] = &[
    M::up(VERSION_1),
    M::up(VERSION_2),
    M::up(VERSION_3),
    M::up(VERSION_4),
    M::up(VERSION_5),
    M::up(VERSION_6),
    M::up(VERSION_7),
];

/// From this version on there is a checkpoint beside the database.
pub(super) const FIRST_WITH_CHECKPOINT: i64 = 4;

/// All migrations, in order.
pub(super) const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_the_first_version_is_brought_to_this_one_with_its_rows() {
        let mut connection = rusqlite::Connection::open_in_memory().expect("SQLite");
        MIGRATIONS.to_version(&mut connection, 1).expect("the first version");
        let row = "INSERT INTO outbox VALUES (1, 'a', 'queued', '2026-11-22', 1, x'00', 0, NULL, 1, 1, 1)";
        connection.execute(row, []).expect("a row");
        MIGRATIONS.to_latest(&mut connection).expect("this version");
        let count = |table: &str| {
            let query = format!("SELECT count(*) FROM {table}");
            connection.query_row(&query, [], |row| row.get::<_, i64>(0)).expect("a table")
        };
        assert_eq!((count("outbox"), count("issuer_documents")), (1, 0));
    }

    #[test]
    fn numbers_go_on_and_what_was_filed_unseen_stays_filed_where_it_was() {
        let mut connection = rusqlite::Connection::open_in_memory().expect("SQLite");
        MIGRATIONS.to_version(&mut connection, 5).expect("the version before");
        connection
            .execute_batch(
                "INSERT INTO outbox (position, submission, state, day, number, sealed, tries, confirmed_at,
                     next_attempt_at, changed_at, destination)
                 VALUES (1, 'a', 'accepted', '2026-11-22', 7, x'00', 0, 1, 1, 1, x'0A'),
                        (2, 'b', 'accepted', '2026-11-22', 8, x'00', 0, 1, 1, 1, x'0A'),
                        (3, 'c', 'accepted', '2026-11-23', 1, x'00', 0, 1, 1, 1, NULL);
                 INSERT INTO filed_unseen VALUES (x'01'), (x'02');",
            )
            .expect("rows");
        MIGRATIONS.to_latest(&mut connection).expect("this version");
        let read = |query: &str| {
            let mut query = connection.prepare(query).expect("a query");
            let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("rows");
            rows.collect::<Result<Vec<_>, _>>().expect("texts")
        };
        let numbers = read("SELECT day || ' ' || last FROM queue_numbers ORDER BY day");
        assert_eq!(numbers, ["2026-11-22 8", "2026-11-23 1"]);
        assert_eq!(read("SELECT hex(destination) || hex(name) FROM filed_there ORDER BY name"), ["0A01", "0A02"]);
    }

    #[test]
    fn every_migration_runs() {
        assert_eq!(MIGRATIONS.validate(), Ok(()));
    }
}
