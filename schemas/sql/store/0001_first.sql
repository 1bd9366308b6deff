-- store.db: what sources said, where harvests stand, what people decided. Precious: back it up.
-- Migrations are append-only files 000N_*.sql; the number of the last one applied is PRAGMA user_version.

create table meta (                    -- what the store itself must remember
  name text primary key,               -- change: last change number given out; index_hold: why index.db is held back
  value text not null
) strict;

create table dictionaries (            -- zstd dictionaries, trained on a source's first records
  id integer primary key,
  format text not null,
  dictionary blob not null,
  created text not null
) strict;

create table records (                 -- one row per (source, identifier, format): the newest version as sent
  id integer primary key,
  source text not null,
  identifier text not null,            -- as the source names it
  format text not null,                -- metadataPrefix, crossref, curated
  change integer not null,             -- grows with each change of any record; the index remembers how far it has read
  datestamp text not null,             -- the source's own date of change, as sent
  deleted integer not null,            -- 1: the source has withdrawn it (tombstone)
  digest blob not null,                -- what counts as a change: blake2b over the payload less volatile fields
  payload blob not null,               -- the record's slice of the page, zstd
  dictionary integer references dictionaries(id),
  context text not null,               -- XML: namespace declarations in scope
  sets text not null,                  -- JSON array of OAI-PMH setSpecs
  repairs text not null,               -- JSON array: what had to be mended before it could be parsed
  first_seen text not null,
  changed text not null,               -- when we saw this version first
  run_id integer not null,             -- the run that brought this version
  unique (source, identifier, format)
) strict;
create unique index records_change on records(change);

create table record_versions (         -- superseded versions, until prune
  record_id integer not null references records(id),
  change integer not null,
  datestamp text not null,
  deleted integer not null,
  digest blob not null,
  payload blob not null,
  dictionary integer,
  context text not null,
  sets text not null,
  repairs text not null,
  changed text not null,
  superseded text not null,
  run_id integer not null,
  primary key (record_id, change)
) strict;

create table lists (                   -- where each list of a source stands: moves in the transaction of its page
  source text not null,
  list text not null,                  -- what is asked for: format, set or filter
  place text,                          -- JSON: the place in a list that has not ended; null: at rest
  complete_through text,               -- the server's time at the start of the last complete list
  seen integer not null default 0,     -- records received so far in the list that has not ended
  announced integer,                   -- how many the server said there are
  verdict text,                        -- how the last list ended
  updated text not null,
  primary key (source, list)
) strict;

create table sets (                    -- what OAI-PMH sets are called, where the source was asked for it
  source text not null,
  set_spec text not null,
  name text not null,
  primary key (source, set_spec)
) strict;

create table quirks (                  -- what was learned about a source: granularity, token encoding, page time
  source text not null,
  name text not null,
  value text not null,
  learned text not null,
  primary key (source, name)
) strict;

create table runs (                    -- one row a run: when, by which process, how it ended
  id integer primary key,
  command text not null,
  started text not null,
  ended text,                          -- null: running, or killed
  exit_code integer,
  host text not null,
  pid integer not null,
  version text not null
) strict;

create table run_sources (             -- one row a source and run: what the run table prints
  run_id integer not null references runs(id),
  source text not null,
  fetched integer not null default 0,
  new integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  deleted integer not null default 0,
  quarantined integer not null default 0,  -- new losses of this run
  requests integer not null default 0,
  verdict text not null default '',
  started text not null,
  ended text,
  primary key (run_id, source)
) strict;

create table quarantine (              -- records that could not be read, with their bytes; nothing is lost
  id integer primary key,
  source text not null,
  identifier text not null,
  format text not null,
  stage text not null,                 -- harvest: the page held it but it could not be parsed; read: stored, but no reader understands it
  element text not null,               -- where in the record
  reason text not null,
  payload blob not null,
  run_id integer not null,             -- the run that met it first
  first_seen text not null,
  last_seen text not null,
  resolved text,                       -- when it could be read after all, or was withdrawn
  unique (source, identifier, format, stage)
) strict;

create table work_keys (               -- issued once, never reused; id is the id of the work in index.db
  id integer primary key,
  key text not null unique,            -- doi:10.1136/... > hdl: > oai: > url: > local:
  founder integer not null references records(id),  -- the record whose identifier it is
  issued text not null,
  redirect integer references work_keys(id)         -- the work that it was merged into
) strict;

create index work_keys_founder on work_keys(founder);
create index work_keys_redirect on work_keys(redirect) where redirect is not null;

create table record_works (            -- which work a record belonged to when it was last indexed
  record_id integer primary key references records(id),
  work_id integer not null references work_keys(id)
) strict;
create index record_works_work on record_works(work_id);
