-- index.db: a pure function of store.db, schemas/ and config.toml. Disposable: `harvester reindex` makes it anew.
-- Dates are EDTF text (2020, 2020-09, 2020-09-28) and sort as text. is_* columns are 0 or 1.

create table meta (
  name text primary key,               -- generation, change_seen, fingerprint, settings, built, program
  value text not null
) strict;

create table sources (
  name text primary key,
  kind text not null,                  -- oai_pmh, crossref, files
  title text not null,                 -- what people call it
  url text not null,                   -- base URL or file
  rank integer not null                -- precedence when sources disagree: 1 is believed first
) strict;

create table works (                   -- one row a work: the best value of each element
  id integer primary key,              -- stable: issued in store.db, never reused
  key text not null unique,            -- doi:10.1136/leader-2020-000228; old keys are in redirects
  label text not null,                 -- title, or what stands in for it
  title text,
  authors text,                        -- 'Aufegger, L; Alabi, M', in order
  type text not null,                  -- schemas/vocabularies/types.toml
  container_title text,                -- journal, book or series
  volume text,
  issue text,
  pages text,                          -- '128-134', or the article number
  publisher text,
  issued text,                         -- citation date
  issued_year integer,
  issn text,
  doi text,
  handle text,
  url text,                            -- best link for a reader
  language text,                       -- BCP 47; several joined by '; '
  abstract text,
  subjects text,                       -- joined by '; '; one row each in subjects
  rights text,                         -- copyright statements as published
  access text,                         -- open embargoed restricted metadata-only
  embargo_until text,
  publication_status text,
  peer_reviewed integer,
  version text,                        -- version of the described resource (VoR, AM ...)
  update_status text,                  -- retraction, expression-of-concern, correction ...
  is_retracted integer not null,
  sources text not null,               -- names, joined by '; '
  record_count integer not null,
  added text not null,                 -- when its first record was stored
  citation text not null               -- Author. Title. Date. Link
) strict;

create table records (                 -- one row a harvested record that is part of a work
  id integer primary key,              -- id in store.db
  work_id integer not null references works(id),
  source text not null references sources(name),
  identifier text not null,
  format text not null,
  datestamp text not null,
  change integer not null,             -- change number in store.db
  title text,
  joined_by text not null,             -- why it is part of this work: 'first', or the identifier that united it
  added text not null,
  record text not null                 -- the whole normalised record as JSON
) strict;

create table identifiers (
  work_id integer not null references works(id),
  position integer not null,
  scheme text not null,                -- schemas/identifiers.toml
  value text not null,
  relation text not null,              -- self, container, version, file, candidate
  record_id integer not null           -- who said it
) strict;

create table contributors (
  work_id integer not null references works(id),
  position integer not null,
  role text not null,                  -- author, editor, advisor, sponsor ...
  kind text not null,                  -- person, organisation, unknown
  name text not null,
  family text,
  given text,
  suffix text,
  orcid text,
  affiliation text,                    -- joined by '; '
  record_id integer not null
) strict;

create table titles (                  -- other titles: alternative, translated, original, short, markup
  work_id integer not null references works(id),
  position integer not null,
  type text not null,
  language text,
  title text not null,
  record_id integer not null
) strict;

create table descriptions (            -- descriptions other than the abstract that stands in works
  work_id integer not null references works(id),
  position integer not null,
  type text not null,
  language text,
  text text not null,
  record_id integer not null
) strict;

create table dates (
  work_id integer not null references works(id),
  position integer not null,
  type text not null,                  -- issued print online accepted submitted available deposited ...
  value text,                          -- EDTF; null: what was sent is no date
  raw text,                            -- as sent
  record_id integer not null
) strict;

create table subjects (
  work_id integer not null references works(id),
  position integer not null,
  scheme text not null,
  term text not null,
  uri text,
  record_id integer not null
) strict;

create table funding (                 -- funder, grant, or both; what came unpaired stays unpaired
  work_id integer not null references works(id),
  position integer not null,
  funder_name text,
  funder_id text,
  award_number text,
  award_title text,
  record_id integer not null
) strict;

create table relations (
  work_id integer not null references works(id),
  position integer not null,
  type text not null,                  -- is-retracted-by, is-version-of, is-part-of ...
  scheme text not null,
  target text not null,
  label text,
  date text,
  asserted_by text,
  record_id integer not null
) strict;

create table files (                   -- copies that can be read, with their version
  work_id integer not null references works(id),
  position integer not null,
  url text,
  name text,
  description text,                    -- as sent: 'Accepted version'
  version text,                        -- AM, VoR ...
  mime text,
  format_label text,                   -- 'Microsoft Word'
  size integer,                        -- bytes
  size_label text,                     -- '92.9 kB'
  checksum text,
  checksum_type text,
  access text,
  license text,
  embargo_until text,
  is_primary integer,
  record_id integer not null
) strict;

create table licenses (
  work_id integer not null references works(id),
  position integer not null,
  spdx text,
  url text,
  applies_to text,
  start text,
  record_id integer not null
) strict;

create table collections (             -- OAI-PMH sets that the record is in
  work_id integer not null references works(id),
  position integer not null,
  set_spec text,
  name text,
  record_id integer not null
) strict;

create table institutions (
  work_id integer not null references works(id),
  position integer not null,
  name text,
  place text,
  department text,
  ror text,
  role text not null,
  record_id integer not null
) strict;

create table details (                 -- rarer elements, one row a value: edition, place, event, audience, coverage, contact ...
  work_id integer not null references works(id),
  element text not null,
  value text not null,
  record_id integer not null
) strict;

create table value_sources (           -- which record each single value of a work came from
  work_id integer not null references works(id),
  element text not null,
  record_id integer not null,
  rule text not null,                  -- only, precedence, longest, union ...
  alternatives integer not null        -- how many other values lost; they stay in records
) strict;

create table findings (                -- what a librarian may want to look at
  work_id integer not null references works(id),
  record_id integer not null,
  level text not null,                 -- error, warning, info
  code text not null,                  -- schemas/vocabularies/findings.toml
  element text not null,
  message text not null,
  raw text
) strict;

create table match_keys (              -- what identifies a record: equal keys make records candidates for one work
  key text not null,                   -- doi:..., hdl:..., pmid:..., oai:...
  record_id integer not null,
  primary key (key, record_id)
) strict, without rowid;

create table redirects (               -- keys of works that were merged into another
  key text primary key,
  work_id integer not null references works(id)
) strict;

create table unmapped (                -- fields that no crosswalk rule maps, per record: counted in the view unmapped_fields
  record_id integer not null,
  field text not null,
  example text not null
) strict;

create table curated_entries (         -- where curated records ask to stand in a listing
  work_id integer not null references works(id),
  listing text not null,
  section text not null,
  position integer,
  note text,
  record_id integer not null
) strict;

create table listing_items (           -- the evidence-base listing, as published
  listing text not null,
  section text not null,
  section_position integer not null,
  position integer not null,
  work_id integer not null references works(id),
  note text,
  reason text not null                 -- why it stands here: rule, curated entry, include
) strict;

create table source_health (           -- copied from the store's runs at each index
  source text primary key,
  last_run text,
  last_complete text,                  -- when a harvest of this source last ended complete
  verdict text,
  records integer not null,
  deleted integer not null,
  quarantined integer not null,
  complete_through text
) strict;
